import { basename, extname, resolve } from "node:path";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelSource, statsOf } from "../files.js";
import { bytes } from "../report/numbers.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { choiceOption, type OptionValues, switchOption, textOption } from "./options.js";
import { outputOptions } from "./shared.js";

const options = {
  format: choiceOption(
    "--format",
    "FORMAT",
    "onnx: one graph for ONNX Runtime and its like, in any language",
    ["onnx"],
    "onnx",
  ),
  out: textOption("--out", "FILE", "where to write it (the model's name with the format's ending if absent)"),
  force: switchOption("--force", "replace what is there of that name"),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;
type Format = Options["format"];

const endings: Readonly<Record<Format, string>> = { onnx: ".onnx" };

export const exportCommand = defineCommand({
  name: "export",
  summary: "write a saved model in a format that runs without Starcast",
  description:
    "The exported model gives the same ratings; docs/deploy.md shows how to use it. How texts become the numbers that it reads is part of what is written.",
  arguments: [{ name: "MODEL", help: "folder that `starcast train` wrote" }],
  options,
  examples: ["starcast export model --format onnx --out model.onnx"],
  run,
});

async function run([modelPath]: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  checkModelSource(modelPath);
  const out = values.out ?? `${basename(resolve(modelPath))}${endings[values.format]}`;
  checkTarget(out, values);
  const [core, data, exporting] = await Promise.all([
    context.services.core(),
    context.services.data(),
    context.services.exporting(),
  ]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath));
  try {
    const written = await exporting.exportModel(model, values.format, out);
    output.line(
      `  ${output.green(output.unicode ? "✔" : "ok")} ${bytes(written.bytes)} written to ${output.bold(out)}`,
    );
    if (values.json) output.printJson({ model: modelPath, format: values.format, out, ...written });
  } finally {
    model.dispose();
  }
  return exitCodes.ok;
}

/** Before the model is read rather than after. */
function checkTarget(out: string, { format, force }: Options): void {
  const ending = endings[format];
  if (extname(out).toLowerCase() !== ending) {
    throw new UsageError(
      "unknown-extension",
      `With --format ${format}, --out names a file that ends in ${ending}, not ${out}.`,
    );
  }
  const stats = statsOf(out);
  if (stats?.isDirectory()) {
    throw new UsageError("not-a-file", `--out ${out} is a folder; give the name of a file.`);
  }
  if (stats !== undefined && !force) {
    throw new UsageError(
      "file-exists",
      `There is already a file ${out}; replace it with --force or choose another name with --out.`,
    );
  }
}
