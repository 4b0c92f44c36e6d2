/** SIGTERM under load, again and again: every request that the service has taken has its answer, and the exit code is 0. */
import { sampleTexts, versions } from "./models.mjs";
import { newAgent, pause, predict, startService, withFolder } from "./service.mjs";

const model = "version-1";

export function stopUnderLoad({ times, connections = 32, seed = 1, models = [], log = () => {} }) {
  return withFolder(async (folder) => {
    const [path] = await versions(folder, models, 1);
    const texts = await sampleTexts(100);
    const seen = { stops: 0, answered: 0, tooLate: 0, lost: [], exitCodes: {}, slowest: 0 };
    for (let round = 0; round < times; round++) {
      const service = await startService([`${model}=${path}`]);
      const clients = Array.from({ length: connections }, (_, index) => client(service.url, { texts, index, seen }));
      // At another moment each time.
      await pause(200 + ((round * 7919 + seed * 104_729) % 400));
      const since = performance.now();
      const code = await service.stop();
      seen.slowest = Math.max(seen.slowest, performance.now() - since);
      await Promise.all(clients);
      seen.stops++;
      seen.exitCodes[code] = (seen.exitCodes[code] ?? 0) + 1;
      log(`stop ${round + 1}: ${seen.answered} answered so far, ${seen.lost.length} lost`);
    }
    return seen;
  });
}

/** Sends one request after another on one connection, until an answer says that the connection ends. */
async function client(url, { texts, index, seen }) {
  const agent = newAgent(1);
  let isKnown = false;
  try {
    for (let turn = index; ; turn++) {
      const { status, headers } = await predict(url, model, { text: texts[turn % texts.length] }, agent);
      // 429 is an answer too, on a machine that has too much to do.
      if (status !== 200 && status !== 429) seen.lost.push(`status ${status}`);
      seen.answered++;
      isKnown = true;
      if (headers.connection === "close") return;
    }
  } catch (error) {
    // A connection that the service had not taken yet when it stopped listening has lost nothing that was accepted.
    if (isKnown) seen.lost.push(error.message);
    else seen.tooLate++;
  } finally {
    agent.destroy();
  }
}
