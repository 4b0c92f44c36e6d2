import { availableParallelism, freemem, totalmem } from "node:os";
import type { EngineInfo, LabelledText } from "@starcast/core";
import { exitCodes } from "../errors.js";
import { bytes, count, score } from "../report/numbers.js";
import type { Core } from "../services.js";
import { Output } from "../terminal/output.js";
import { version } from "../version.js";
import { type CommandContext, defineCommand } from "./command.js";
import type { OptionValues } from "./options.js";
import { outputOptions } from "./shared.js";

const options = outputOptions;
const speedRows = 4000;
const speedSeconds = 2;

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "tell whether this machine can train, and how fast",
  arguments: [],
  options,
  examples: ["starcast doctor"],
  run,
});

interface Diagnosis {
  readonly starcast: string;
  readonly node: string;
  readonly platform: string;
  readonly engine: EngineInfo;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly learns: { readonly lossBefore: number; readonly lossAfter: number; readonly repeats: boolean };
  readonly reviewsPerSecond: number;
  readonly problems: readonly string[];
}

async function run(
  _words: readonly string[],
  values: OptionValues<typeof options>,
  context: CommandContext,
): Promise<number> {
  const output = new Output(context.terminal, values);
  const core = await context.services.core();
  const { makeSample } = await context.services.core();
  const sampleRows = makeSample({ rows: speedRows }).map(({ review, rating }) => ({ text: review, label: rating }));
  const engine = core.engineInfo();
  const problems: string[] = [];
  if (!engine.simd) {
    problems.push("WebAssembly SIMD is missing, and training needs it: use Node 20.19 or later on a 64-bit processor.");
  }
  const learns = engine.simd ? await selfTest(core) : { lossBefore: Number.NaN, lossAfter: Number.NaN, repeats: false };
  if (engine.simd && !(learns.lossAfter < 0.5 * learns.lossBefore)) {
    problems.push(
      `The self test did not learn (loss ${score(learns.lossBefore)} to ${score(learns.lossAfter)}): please report this.`,
    );
  }
  if (engine.simd && !learns.repeats) problems.push("The same seed gave two different models: please report this.");
  const diagnosis: Diagnosis = {
    starcast: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    engine,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    learns,
    reviewsPerSecond: engine.simd ? await measureSpeed(core, sampleRows) : 0,
    problems,
  };
  print(output, diagnosis);
  if (values.json) output.printJson(diagnosis);
  return problems.length === 0 ? exitCodes.ok : exitCodes.failure;
}

function print(output: Output, diagnosis: Diagnosis): void {
  const { engine, learns, problems } = diagnosis;
  output.heading(`Starcast ${diagnosis.starcast} on Node ${diagnosis.node}, ${diagnosis.platform}`);
  if (engine.simd) output.tick("WebAssembly SIMD");
  if (engine.relaxedSimd) output.tick("fused multiply-add (relaxed SIMD)");
  else output.note("no fused multiply-add (relaxed SIMD): training works, somewhat slower");
  if (engine.threads) output.tick("threads with shared memory");
  else output.note("no threads with shared memory: one core is used");
  output.tick(
    `${diagnosis.cores} ${diagnosis.cores === 1 ? "core" : "cores"}, ${bytes(diagnosis.memoryBytes)} of memory (${bytes(diagnosis.freeMemoryBytes)} free)`,
  );
  if (learns.repeats)
    output.tick(
      `self test: a small network learned (loss ${score(learns.lossBefore)} to ${score(learns.lossAfter)}), twice the same`,
    );
  if (diagnosis.reviewsPerSecond > 0) {
    output.tick(
      `about ${count(diagnosis.reviewsPerSecond)} short reviews a second in training (recipe best, one thread)`,
    );
  }
  output.gap();
  for (const problem of problems) output.bad(problem);
  if (problems.length === 0) {
    output.line(output.green("All good."));
    output.next([
      ["starcast sample --out reviews.csv", "make some reviews to try it on"],
      ["starcast check DATA", "look at data of your own"],
    ]);
  }
}

/** Trains a network on two opposite words, twice: it has to learn them, and the same both times. */
async function selfTest(core: Core): Promise<Diagnosis["learns"]> {
  const rows: LabelledText[] = [];
  for (let index = 0; index < 120; index++) {
    const good = index % 2 === 0;
    rows.push({
      text: `${good ? "lovely" : "awful"} thing number ${["one", "two", "three"][index % 3]}`,
      label: good ? 5 : 1,
    });
  }
  const runOnce = async () => {
    const losses: number[] = [];
    for await (const event of core.train(rows, {
      members: 1,
      epochs: 12,
      batchSize: 16,
      baselines: false,
      keepDuplicates: true,
    })) {
      if (event.type === "epoch") losses.push(event.record.trainLoss);
      if (event.type === "done") event.model.dispose();
    }
    return losses;
  };
  const first = await runOnce();
  const second = await runOnce();
  return {
    lossBefore: first[0],
    lossAfter: first[first.length - 1],
    repeats: first.length > 0 && first.every((loss, index) => loss === second[index]),
  };
}

/** Texts a second over some seconds of training as `starcast train` does it. */
async function measureSpeed(core: Core, rows: readonly LabelledText[]): Promise<number> {
  const controller = new AbortController();
  let rowsPerSecond = 0;
  let started = 0;
  for await (const event of core.train(rows, { baselines: false, signal: controller.signal })) {
    if (event.type === "batch") {
      if (started === 0) started = performance.now();
      rowsPerSecond = event.rowsPerSecond;
      if (performance.now() - started > speedSeconds * 1000) controller.abort();
    }
    if (event.type === "epoch") controller.abort();
    if (event.type === "done") event.model.dispose();
  }
  return rowsPerSecond;
}
