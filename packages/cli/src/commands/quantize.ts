import { statSync } from "node:fs";
import { join } from "node:path";
import type { Evaluation, Prediction, RatingModel } from "@starcast/core";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelSource, checkModelTarget } from "../files.js";
import { bytes, counted, percent } from "../report/numbers.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { type OptionValues, switchOption, textOption, textOptionOr } from "./options.js";
import { columnOptions, labelOptions, outputOptions } from "./shared.js";

const options = {
  out: textOptionOr("--out", "DIR", "folder for the smaller model; must not hold one yet", "model-int8"),
  data: textOption("--data", "FILE", "labelled texts: tells what the rounding costs in accuracy"),
  texts: textOption("--texts", "FILE", "texts without labels: tells how far the predictions move"),
  ...columnOptions,
  skipBadRows: labelOptions.skipBadRows,
  force: switchOption("--force", "replace the model that is in --out"),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const quantizeCommand = defineCommand({
  name: "quantize",
  summary: "round a saved model to 8 bits, small and fast",
  description:
    "Writes a second model of a quarter of the size; the first one stays. Give labelled texts with --data and the change of the error is printed.",
  arguments: [{ name: "MODEL", help: "folder that `starcast train` wrote" }],
  options,
  examples: [
    "starcast quantize model --out model-int8 --data reviews.csv",
    "starcast quantize model --texts texts.csv",
  ],
  run,
});

/** How far the answers of two models are apart, in stars, or in probability where labels have no order. */
interface Difference {
  readonly texts: number;
  readonly mean: number;
  readonly max: number;
}

async function run([modelPath]: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  checkModelSource(modelPath);
  checkModelTarget(values.out, values.force);
  if (values.data !== undefined && values.texts !== undefined) {
    throw new UsageError("conflict", "Give either labelled texts with --data or texts without labels with --texts.");
  }
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath));
  if (model.config.weights === "int8") {
    model.dispose();
    throw new UsageError(
      "already-quantized",
      `The weights of ${modelPath} have 8 bits already; there is nothing to do.`,
    );
  }
  const before = weightBytes(modelPath);
  const quantized = await model.quantize();
  try {
    const comparison = await compare(model, quantized, values, output, context);
    await quantized.save(data.diskFolder(values.out));
    const after = weightBytes(values.out);
    output.line(
      `  ${output.green(output.unicode ? "✔" : "ok")} Weights of ${bytes(after)} instead of ${bytes(before)} (${percent(after / before, 0)}) saved in ${output.bold(values.out)}`,
    );
    if (values.json) {
      output.printJson({ model: modelPath, out: values.out, bytes: { before, after }, ...comparison });
    }
  } finally {
    model.dispose();
    quantized.dispose();
  }
  return exitCodes.ok;
}

function weightBytes(folder: string): number {
  return statSync(join(folder, "model.safetensors")).size;
}

async function compare(
  model: RatingModel,
  quantized: RatingModel,
  values: Options,
  output: Output,
  context: CommandContext,
): Promise<{ before?: Evaluation; after?: Evaluation; difference?: Difference }> {
  const data = await context.services.data();
  if (values.texts !== undefined) {
    const read = await data.readTexts([values.texts], { text: values.text });
    const difference = differenceOf(model, quantized, read.texts);
    printDifference(output, model, difference);
    return { difference };
  }
  if (values.data === undefined) return {};
  const { scale } = model;
  const read = await data.readLabelledTexts([values.data], {
    text: values.text,
    label: values.label,
    task: scale.task,
    labels: scale.task === "number" ? undefined : scale.labels,
    skipBadRows: values.skipBadRows,
    purpose: "evaluate",
  });
  printColumns(output, read, read.rows.length, scale.task);
  printSkipped(output, read);
  const before = model.evaluate(read.rows);
  const after = quantized.evaluate(read.rows);
  printChange(output, before, after);
  const texts = read.rows.map((row) => row.text);
  const difference = differenceOf(model, quantized, texts);
  printDifference(output, model, difference);
  return { before, after, difference };
}

function printChange(output: Output, before: Evaluation, after: Evaluation): void {
  const [name, was, is] =
    "rmse" in before && "rmse" in after
      ? ["RMSE", before.rmse, after.rmse]
      : "accuracy" in before && "accuracy" in after
        ? ["Accuracy", before.accuracy, after.accuracy]
        : ["", 0, 0];
  const change = is - was;
  output.line(
    `  ${name} ${was.toFixed(4)} before, ${is.toFixed(4)} after (${change < 0 ? "" : "+"}${change.toFixed(4)})`,
  );
}

function printDifference(output: Output, model: RatingModel, { texts, mean, max }: Difference): void {
  const what = model.scale.task === "class" ? "Probability of the likeliest label" : "Prediction";
  output.line(
    `  ${what} moves by ${mean.toFixed(4)} on average, ${max.toFixed(4)} at most, over ${counted(texts, "text")}`,
  );
}

function differenceOf(model: RatingModel, quantized: RatingModel, texts: readonly string[]): Difference {
  // Texts without words have no answer.
  const rated = texts.filter((text) => /[\p{L}\p{N}]/u.test(text));
  const before = model.predict(rated);
  const after = quantized.predict(rated);
  let sum = 0;
  let max = 0;
  before.forEach((prediction, at) => {
    const moved = Math.abs(answer(prediction) - answer(after[at]));
    sum += moved;
    if (moved > max) max = moved;
  });
  return { texts: rated.length, mean: rated.length === 0 ? 0 : sum / rated.length, max };
}

function answer({ rating, probabilities }: Prediction): number {
  return rating ?? Math.max(...(probabilities ?? []).map(({ probability }) => probability));
}
