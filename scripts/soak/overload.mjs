/** Several times more load than the service can take: what it accepts is answered soon, the rest is refused at once. */
import autocannon from "autocannon";
import { sampleTexts, versions } from "./models.mjs";
import { pause, percentile, predict, residentMemory, startService, withFolder } from "./service.mjs";

const model = "version-1";
/** Milliseconds of a run that do not count. */
const settling = 1_500;
/** Texts of a request: so many that a client on the same machine can send several times more than can be rated. */
const textsOfRequest = 16;
/** Reviews of the sample that make a text of some 60 words. */
const reviewsOfText = 3;

export function overload({ seconds, times = 4, models = [], log = () => {} }) {
  return withFolder(async (folder) => {
    const [path] = await versions(folder, models, 1);
    const service = await startService([`${model}=${path}`]);
    const reviews = await sampleTexts(32 * textsOfRequest * reviewsOfText);
    const take = (list, size) =>
      Array.from({ length: list.length / size }, (_, at) => list.slice(at * size, (at + 1) * size));
    const texts = take(reviews, reviewsOfText).map((some) => some.join(" "));
    const bodies = take(texts, textsOfRequest).map((some) => ({ body: JSON.stringify({ texts: some }) }));
    const load = (options) => run(service.url, { bodies, ...options });
    await load({ seconds: 3, connections: 8 });
    const capacity = (await load({ seconds: Math.min(8, seconds), connections: 8 })).accepted.perSecond;
    log(`it can take ${capacity.toFixed(0)} requests a second`);
    const before = await residentMemory(service.url);
    const memory = [];
    const watch = setInterval(
      () =>
        void residentMemory(service.url).then(
          (bytes) => memory.push(bytes),
          () => {},
        ),
      1000,
    );
    const result = await load({ seconds, connections: 256, rate: Math.round(times * capacity) });
    clearInterval(watch);
    await pause(1000);
    const after = await predict(service.url, model, { text: "good" });
    const exitCode = await service.stop();
    const [first, last] = [memory.slice(0, Math.ceil(memory.length / 3)), memory.slice(-Math.ceil(memory.length / 3))];
    return {
      capacity,
      ...result,
      memory: { before, first: percentile(first, 0.5), last: percentile(last, 0.5), peak: Math.max(...memory) },
      answersAfterwards: after.status === 200,
      exitCode,
    };
  });
}

/** Sends as fast as answers come, or at a rate. */
async function run(url, { bodies, seconds, connections, rate }) {
  const accepted = [];
  const statuses = {};
  const began = performance.now();
  const instance = autocannon({
    url: `${url}/v1/models/${model}/predict`,
    method: "POST",
    headers: { "content-type": "application/json" },
    requests: bodies,
    connections,
    duration: seconds,
    ...(rate && { overallRate: rate }),
  });
  instance.on("response", (_client, status, _bytes, milliseconds) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    // The client's first answers are late by the time in which it makes its connections.
    if (status === 200 && performance.now() - began > settling) accepted.push(milliseconds);
  });
  const { errors, timeouts, duration } = await instance;
  return {
    offered: Object.values(statuses).reduce((sum, count) => sum + count, 0) / duration,
    statuses,
    errors,
    timeouts,
    accepted: {
      perSecond: accepted.length / (duration - settling / 1_000),
      p50: percentile(accepted, 0.5),
      p99: percentile(accepted, 0.99),
    },
  };
}
