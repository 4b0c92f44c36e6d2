import { readFileSync } from "node:fs";
import type { RatingScale } from "@starcast/core";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelTarget, statsOf } from "../files.js";
import type { Imported } from "../import/index.js";
import { counted, percent } from "../report/numbers.js";
import { describeScale } from "../report/units.js";
import { shellWord } from "../shellWord.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import {
  choiceOption,
  listOption,
  numberOption,
  numberOptionOr,
  type OptionValues,
  switchOption,
  textOption,
  textOptionOr,
} from "./options.js";
import { labelOptions, outputOptions } from "./shared.js";

const options = {
  pytorch: textOption("--pytorch", "FILE", "state dict of the network, as safetensors"),
  vocabulary: textOption(
    "--vocabulary",
    "FILE",
    "its tokens: a JSON list by id, a JSON object from token to id, or a text file with a token a line",
  ),
  tokenizer: choiceOption(
    "--tokenizer",
    "NAME",
    "how the texts were cut when the network was trained: words, or the article's",
    ["words", "article"],
    "words",
  ),
  maxLength: numberOption("--max-length", "N", "tokens of a text that the network reads", {
    whole: true,
    min: 1,
    max: 1_000_000,
  }),
  padToMaxLength: switchOption(
    "--pad-to-max-length",
    "the network was trained on texts filled up with padding, without their lengths (no packed sequences)",
  ),
  task: labelOptions.task,
  labels: listOption("--labels", "LIST", "a label for each output, in their order, such as 1,2,3,4,5"),
  paddingId: numberOptionOr("--padding-id", "N", "id of the padding", { whole: true, min: 0 }, 0),
  unknownId: numberOptionOr("--unknown-id", "N", "id that stands for unknown tokens", { whole: true, min: 0 }, 1),
  out: textOptionOr("--out", "DIR", "folder for the model; must not hold one yet", "model"),
  force: switchOption("--force", "replace the model that is in --out"),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const importCommand = defineCommand({
  name: "import",
  summary: "take over a network that was trained in PyTorch",
  description:
    "Reads an nn.Embedding, an nn.LSTM (any number of layers, one or two directions) and an nn.Linear, found by names and shapes, and saves them as a model. A network of one output predicts numbers; with --labels they count from the lowest rating, as the article's regression does.",
  arguments: [],
  options,
  examples: [
    "starcast import --pytorch model.safetensors --vocabulary vocabulary.json --tokenizer article --max-length 70 --pad-to-max-length --labels 1,2,3,4,5 --out model",
  ],
  run,
});

async function run(_words: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  const { pytorch, vocabulary, maxLength } = checkUsage(values);
  const scale = scaleOf(values);
  checkModelTarget(values.out, values.force);
  const weights = { name: pytorch, content: readBytes(pytorch, "--pytorch") };
  const tokens = { name: vocabulary, content: readUtf8(vocabulary) };
  const [data, importing] = await Promise.all([context.services.data(), context.services.importing()]);
  const { tokenizer, padToMaxLength } = values;
  const special = { padding: values.paddingId, unknown: values.unknownId };
  const imported = await importing.importPytorch(weights, tokens, {
    scale,
    tokenizer,
    maxLength,
    padToMaxLength,
    special,
  });
  try {
    await imported.model.save(data.diskFolder(values.out));
    report(output, imported, values);
  } finally {
    imported.model.dispose();
  }
  return exitCodes.ok;
}

interface Needed {
  readonly pytorch: string;
  readonly vocabulary: string;
  readonly maxLength: number;
}

function checkUsage({ pytorch, vocabulary, maxLength }: Options): Needed {
  if (pytorch === undefined) {
    throw new UsageError("missing-option", "Name the file with the weights: --pytorch model.safetensors.");
  }
  if (vocabulary === undefined) {
    throw new UsageError("missing-option", "Name the file with the tokens: --vocabulary vocabulary.json.");
  }
  if (maxLength === undefined) {
    throw new UsageError(
      "missing-option",
      "Say how many tokens of a text the network was trained to read: --max-length 70.",
    );
  }
  return { pytorch, vocabulary, maxLength };
}

/** The labels in the order of the outputs; numbers where all are. */
function scaleOf({ task, labels }: Options): RatingScale {
  if (task === "number") {
    if (labels === undefined) return { task, mean: 0, deviation: 1 };
    throw new UsageError("conflict", "--task number has no labels; leave --labels out.");
  }
  if (labels === undefined || labels.length < 2) {
    throw new UsageError("missing-labels", "Name the label of each output, in their order: --labels 1,2,3,4,5.");
  }
  if (new Set(labels).size < labels.length) throw new UsageError("bad-labels", "--labels names a label twice.");
  const numbers = labels.map(Number);
  const named = numbers.every(Number.isFinite) ? numbers : labels;
  if (task === "class") return { task, labels: named };
  if (named === labels) return { task, labels, values: labels.map((_, index) => index + 1) };
  if (numbers.some((value, index) => index > 0 && value <= numbers[index - 1])) {
    throw new UsageError("bad-labels", "--labels lists ratings from the lowest to the highest, as the outputs are.");
  }
  return { task, labels: numbers, values: numbers };
}

function readBytes(path: string, flag: string): Uint8Array {
  const stats = statsOf(path);
  if (stats === undefined) throw new UsageError("no-file", `There is no file ${path}; ${flag} names one.`);
  if (!stats.isFile()) throw new UsageError("no-file", `${path} is a folder; ${flag} names a file.`);
  return readFileSync(path);
}

function readUtf8(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path, "--vocabulary"));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError("not-utf8", `${path} is not UTF-8 text; save it as UTF-8.`, { cause });
  }
}

/** Below this share of its words, a vocabulary was hardly made by the tokenizer. */
const suspiciousShare = 0.95;

function report(output: Output, { model, found, reachableTokens }: Imported, values: Options): void {
  const { names, hiddenSize, numLayers, bidirectional, vocabularySize, embeddingSize, pooling } = found;
  const pooled = pooling === "last" ? "its last states" : "mean and maximum of its outputs";
  output.tick(`embedding ${names.embedding}: ${counted(vocabularySize, "token")} of ${embeddingSize} numbers`);
  output.tick(
    `LSTM ${names.lstm}: ${counted(numLayers, "layer")} of ${hiddenSize}, ${bidirectional ? "two directions" : "one direction"}; ${pooled} go on`,
  );
  output.tick(`linear layer ${names.linear}: ${describeScale(model.scale)}`);
  if (reachableTokens < suspiciousShare) {
    output.warn(
      `Only ${percent(reachableTokens, 0)} of the vocabulary's tokens can come out of the tokenizer ${values.tokenizer}: texts would lose the others. Was the network trained on texts that were cut in another way (--tokenizer)?`,
    );
  }
  output.line(`  ${output.green(output.unicode ? "✔" : "ok")} written to ${output.bold(values.out)}`);
  const out = shellWord(values.out);
  output.next([
    [`starcast predict ${out} "a text"`, "rate a text"],
    [`starcast evaluate ${out} DATA`, "measure it on labelled texts"],
  ]);
  if (values.json) {
    output.printJson({ out: values.out, network: model.config.network, scale: model.scale, names, reachableTokens });
  }
}
