import { createInterface } from "node:readline";
import type { Prediction, RatingModel } from "@starcast/core";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelSource } from "../files.js";
import { counted } from "../report/numbers.js";
import { printPrediction, printShortPrediction } from "../report/prediction.js";
import type { Data } from "../services.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { type OptionValues, textOption } from "./options.js";
import { columnOptions, defaultThreads, outputOptions } from "./shared.js";

const options = {
  in: textOption("--in", "FILE", "rate the texts of a CSV, TSV, JSON lines or Parquet file"),
  out: textOption(
    "--out",
    "FILE",
    "where to write the rows of --in with their ratings; its extension decides the format",
  ),
  text: columnOptions.text,
  ...outputOptions,
  json: { ...outputOptions.json, help: "print one JSON object a text, each on a line of its own" },
} as const;

type Options = OptionValues<typeof options>;

export const predictCommand = defineCommand({
  name: "predict",
  summary: "rate texts with a saved model",
  description:
    "Rates the texts on the command line, the rows of a file, or (with - or through a pipe) each line of standard input as it comes. Without a text, on a terminal, it asks for texts to rate.",
  arguments: [
    { name: "MODEL", help: "folder that `starcast train` wrote" },
    { name: "TEXT", help: "texts to rate, or - for the lines of standard input", optional: true, variadic: true },
  ],
  options,
  examples: [
    'starcast predict model "arrived late but works great"',
    "starcast predict model --in new.csv --out rated.csv",
    "cat texts.txt | starcast predict model - --json",
  ],
  run,
});

async function run(words: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const [modelPath, ...texts] = words;
  checkUsage(texts, values);
  checkModelSource(modelPath);
  const output = new Output(context.terminal, { quiet: values.quiet });
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const threads = values.in === undefined ? 1 : defaultThreads();
  const model = await core.RatingModel.load(data.diskFolder(modelPath), { threads });
  try {
    if (values.in !== undefined && values.out !== undefined)
      return await rateFile(model, values.in, values.out, values, context);
    if (texts.length > 0 && texts[0] !== "-") return rateTexts(model, texts, values, output, context);
    const asks = texts.length === 0 && context.terminal.stdin.isTTY === true;
    return await rateLines(model, asks, values, output, context);
  } finally {
    model.dispose();
  }
}

function checkUsage(texts: readonly string[], { in: input, out }: Options): void {
  if ((input === undefined) !== (out === undefined)) {
    throw new UsageError(
      "conflict",
      "--in and --out go together: the rows of --in are written to --out with their ratings.",
    );
  }
  if (input !== undefined && texts.length > 0) {
    throw new UsageError("conflict", "Give either texts or --in FILE, not both.");
  }
  if (texts.includes("-") && texts.length > 1) {
    throw new UsageError("conflict", "- reads texts from standard input and stands alone; leave the other texts out.");
  }
  const empty = texts.findIndex((text) => text.trim() === "");
  if (empty >= 0) {
    const which = texts.length === 1 ? "The text" : `Text ${empty + 1}`;
    throw new UsageError("empty-text", `${which} is empty: there is nothing to rate.`);
  }
}

function rateTexts(
  model: RatingModel,
  texts: readonly string[],
  values: Options,
  output: Output,
  context: CommandContext,
): number {
  const predictions = model.predict(texts);
  for (const [index, prediction] of predictions.entries()) {
    const text = texts[index];
    if (values.json) context.terminal.stdout.write(`${JSON.stringify({ text, ...prediction })}\n`);
    else {
      if (index > 0) output.gap();
      printPrediction(output, text, prediction, model.scale);
    }
  }
  return exitCodes.ok;
}

/** Each line is answered as it comes. A blank line has no answer: it is named, and makes the exit code 2 in the end. */
async function rateLines(
  model: RatingModel,
  asks: boolean,
  values: Options,
  output: Output,
  context: CommandContext,
): Promise<number> {
  const { stdin, stdout, stderr } = context.terminal;
  if (asks) stderr.write(output.plain("Type a text and press Enter; Ctrl-D or an empty line ends.\n"));
  const ask = () => {
    if (asks) stderr.write("> ");
  };
  let exitCode: number = exitCodes.ok;
  let lineNumber = 0;
  ask();
  const lines = createInterface({ input: stdin as NodeJS.ReadableStream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      lineNumber++;
      if (asks && line.trim() === "") break;
      try {
        const prediction = model.predict(line);
        if (values.json) stdout.write(`${JSON.stringify({ text: line, ...prediction })}\n`);
        else if (asks) printPrediction(output, line, prediction, model.scale);
        else printShortPrediction(output, line, prediction, model.scale);
      } catch (error) {
        if (!isEmptyText(error)) throw error;
        const message = `Line ${lineNumber} has no words to rate.`;
        if (!asks) exitCode = exitCodes.badInput;
        stderr.write(`${message}\n`);
        // One answer a line, so that answers and lines stay in step.
        if (values.json) stdout.write(`${JSON.stringify({ text: line, error: message })}\n`);
      }
      ask();
    }
  } finally {
    lines.close();
  }
  return exitCode;
}

function isEmptyText(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "empty-text";
}

/** Before anything is rated rather than after. */
function checkOutputName(out: string, data: Pick<Data, "formatOf">): void {
  try {
    data.formatOf(out);
  } catch {
    throw new UsageError(
      "unknown-extension",
      `--out ${out} must end in .csv, .tsv, .jsonl, .json or .parquet, which decides its format.`,
    );
  }
}

/** Texts of one call: enough to keep the engine busy, few enough for little memory. */
const textsPerCall = 2048;

async function rateFile(
  model: RatingModel,
  input: string,
  out: string,
  values: Options,
  context: CommandContext,
): Promise<number> {
  const output = new Output(context.terminal, values);
  const data = await context.services.data();
  checkOutputName(out, data);
  const read = await data.readTexts([input], { text: values.text });
  if (!read.columns.textGiven)
    output.tick(`text = ${read.columns.text.join(" + ")} ${output.dim("(guessed; --text COL changes it)")}`);
  // A row without a text keeps its place in the output, without a rating.
  const filled = [...read.texts.keys()].filter((row) => /[\p{L}\p{N}]/u.test(read.texts[row]));
  const predictions: Partial<Prediction>[] = read.texts.map(() => ({}));
  const started = performance.now();
  for (let start = 0; start < filled.length; start += textsPerCall) {
    const rows = filled.slice(start, start + textsPerCall);
    const answers = model.predict(rows.map((row) => read.texts[row]));
    for (const [index, row] of rows.entries()) predictions[row] = answers[index];
  }
  await data.writePredictions(read.table, out, predictions);
  const seconds = (performance.now() - started) / 1000;
  const missing = read.texts.length - filled.length;
  if (missing > 0) output.warn(`${counted(missing, "row")} without a text got no rating.`);
  output.line(
    `  ${output.green(output.unicode ? "✔" : "ok")} ${counted(filled.length, "text")} rated in ${seconds.toFixed(1)} s, written to ${output.bold(out)}`,
  );
  if (values.json)
    context.terminal.stdout.write(`${JSON.stringify({ rows: read.texts.length, rated: filled.length, out })}\n`);
  return exitCodes.ok;
}
