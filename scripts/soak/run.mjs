/**
 * Tries the service for long: `npm run soak -- [soak|overload|stop|hostile|loris] [options]`; without a name, soak. `--model
 * FOLDER` takes a real model (for soak several, which have to differ) in the place of small ones that are trained at first.
 * Exits with 1 when something was lost, wrong, or grew.
 */
import { parseArgs } from "node:util";
import { setUpOrExit } from "../setup.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "10" },
    "swap-seconds": { type: "string", default: "30" },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    times: { type: "string" },
    requests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    model: { type: "string", multiple: true, default: [] },
  },
});
const log = (line) => console.error(line);
const { model: models } = values;
const seed = Number(values.seed);

const trials = {
  async soak() {
    const { soak } = await import("./soak.mjs");
    const seen = await soak({
      minutes: Number(values.minutes),
      swapSeconds: Number(values["swap-seconds"]),
      rate: Number(values.rate),
      models,
      log,
    });
    const { log: _log, ...result } = seen;
    const isFlat = Object.values(seen.memory).every(({ growth }) => growth < 0.05);
    return [result, seen.lost.length === 0 && seen.wrong.length === 0 && isFlat && seen.exitCode === 0];
  },
  async overload() {
    const { overload } = await import("./overload.mjs");
    const seen = await overload({ seconds: Number(values.seconds), times: Number(values.times ?? 4), models, log });
    const isRight = Object.keys(seen.statuses).every((status) => ["200", "429"].includes(status));
    return [
      seen,
      isRight && seen.errors === 0 && seen.accepted.p99 < 250 && seen.answersAfterwards && seen.exitCode === 0,
    ];
  },
  async stop() {
    const { stopUnderLoad } = await import("./stop.mjs");
    const seen = await stopUnderLoad({ times: Number(values.times ?? 20), seed, models, log });
    return [seen, seen.lost.length === 0 && Object.keys(seen.exitCodes).join() === "0"];
  },
  async hostile() {
    const { sendHostile } = await import("./hostile.mjs");
    const seen = await sendHostile({ requests: Number(values.requests), seed, from: Number(values.from), models, log });
    return [seen, seen.wrong.length === 0 && seen.answersAfterwards && seen.exitCode === 0];
  },
  async loris() {
    const { slowLoris } = await import("./hostile.mjs");
    const seen = await slowLoris({ models });
    return [seen, seen.lastCutAfter < 15 && seen.exitCode === 0];
  },
};

const [name = "soak"] = positionals;
if (!Object.hasOwn(trials, name)) {
  console.error(`There is no "${name}"; there are: ${Object.keys(trials).join(", ")}.`);
  process.exit(2);
}
setUpOrExit();
const [seen, isRight] = await trials[name]();
console.log(JSON.stringify(seen, undefined, 2));
console.log(isRight ? "All as it should be." : "Not as it should be.");
process.exitCode = isRight ? 0 : 1;
