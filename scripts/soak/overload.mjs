/** Several times more load than the service can take: what it accepts is answered soon, the rest is refused at once. */
import autocannon from "autocannon";
import { sampleTexts, versions } from "./models.mjs";
import { pause, percentile, predict, residentMemory, startService, withFolder } from "./service.mjs";

const model = "version-1";
/** Texts so long that a client on the same machine can send several times more of them than can be rated. */
const reviewsOfText = 12;

export function overload({ seconds, times = 4, models = [], log = () => {} }) {
  return withFolder(async (folder) => {
    const [path] = await versions(folder, models, 1);
    const service = await startService([`${model}=${path}`]);
    const reviews = await sampleTexts(480);
    const bodies = Array.from({ length: reviews.length / reviewsOfText }, (_, index) => {
      const text = reviews.slice(index * reviewsOfText, (index + 1) * reviewsOfText).join(" ");
      return { body: JSON.stringify({ text }) };
    });
    const load = (options) => run(service.url, { bodies, ...options });
    await load({ seconds: 2, connections: 32 });
    const capacity = (await load({ seconds: Math.min(10, seconds), connections: 32 })).accepted.perSecond;
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
    const result = await load({ seconds, connections: 1000, rate: Math.round(times * capacity) });
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
    if (status === 200) accepted.push(milliseconds);
  });
  const { errors, timeouts, duration } = await instance;
  return {
    offered: Object.values(statuses).reduce((sum, count) => sum + count, 0) / duration,
    statuses,
    errors,
    timeouts,
    accepted: {
      perSecond: accepted.length / duration,
      p50: percentile(accepted, 0.5),
      p99: percentile(accepted, 0.99),
    },
  };
}
