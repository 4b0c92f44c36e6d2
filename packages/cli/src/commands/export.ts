import { existsSync, readdirSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
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
    "onnx: one graph for ONNX Runtime and its like, in any language; pytorch: a folder with weights and a small program; html: a page that rates what is typed, without network",
    ["onnx", "pytorch", "html"],
    "onnx",
  ),
  out: textOption("--out", "PATH", "where to write it (the model's name with the format's ending if absent)"),
  force: switchOption("--force", "replace an earlier export of that name"),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;
type Format = Options["format"];

/** What the names end in when none is given; files must end so. */
const endings: Readonly<Record<Format, string>> = { onnx: ".onnx", pytorch: "-pytorch", html: ".html" };

export const exportCommand = defineCommand({
  name: "export",
  summary: "write a saved model in a format that runs without Starcast",
  description:
    "The exported model gives the same ratings. How texts become the numbers that it reads is part of what is written.",
  arguments: [{ name: "MODEL", help: "folder that `starcast train` wrote" }],
  options,
  examples: [
    "starcast export model --format onnx --out model.onnx",
    "starcast export model --format pytorch",
    "starcast export model --format html --out rate.html",
  ],
  run,
});

async function run([modelPath]: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  checkModelSource(modelPath);
  const { format } = values;
  const name = basename(resolve(modelPath));
  const out = values.out ?? `${name}${endings[format]}`;
  if (format === "pytorch") checkFolder(out, values.force);
  else checkFile(out, format, values.force);
  const [core, data, exporting] = await Promise.all([
    context.services.core(),
    context.services.data(),
    context.services.exporting(),
  ]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath));
  try {
    if (format !== "html" && model.config.weights !== undefined) {
      throw new UsageError(
        "quantized",
        `${modelPath} computes in 8 bits, which --format ${format} cannot do alike; export the model that it was made from, or use --format html.`,
      );
    }
    const written = await exporting.exportModel(model, { format, out, name });
    output.line(
      `  ${output.green(output.unicode ? "✔" : "ok")} ${bytes(written.bytes)} written to ${output.bold(out)}`,
    );
    if (values.json) output.printJson({ model: modelPath, format, out, ...written });
  } finally {
    model.dispose();
  }
  return exitCodes.ok;
}

/** Before the model is read rather than after. */
function checkFile(out: string, format: Format, force: boolean): void {
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

/** Only an earlier export is ever replaced, and never a model of Starcast's own. */
function checkFolder(out: string, force: boolean): void {
  const stats = statsOf(out);
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    throw new UsageError("not-a-folder", `--out ${out} is a file; with --format pytorch it names a folder.`);
  }
  if (readdirSync(out).length === 0) return;
  if (!existsSync(join(out, "model.py"))) {
    throw new UsageError(
      "foreign-folder",
      `The folder ${out} is not an earlier export, so it is not replaced; choose another one with --out.`,
    );
  }
  if (!force) {
    throw new UsageError(
      "folder-exists",
      `There is already an export in ${out}; replace it with --force or choose another folder with --out.`,
    );
  }
}
