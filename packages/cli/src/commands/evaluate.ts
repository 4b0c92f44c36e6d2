import { exitCodes } from "../errors.js";
import { checkModelSource } from "../files.js";
import { printConfusion, printPart, warnOfSameAnswer } from "../report/result.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { type OptionValues, textOption } from "./options.js";
import { columnOptions, defaultThreads, labelOptions, outputOptions } from "./shared.js";

const options = {
  ...columnOptions,
  skipBadRows: labelOptions.skipBadRows,
  report: textOption("--report", "FILE", "also write a page with slices, stress suite and the largest errors"),
  ...outputOptions,
} as const;

export const evaluateCommand = defineCommand({
  name: "evaluate",
  summary: "measure a saved model on labelled texts",
  description:
    "Rates every text and compares with its label: the same measures, with 95 % intervals, as after training.",
  arguments: [
    { name: "MODEL", help: "folder that `starcast train` wrote" },
    { name: "DATA", help: "labelled CSV, TSV, JSON lines or Parquet files, or globs", variadic: true },
  ],
  options,
  examples: [
    "starcast evaluate model new-reviews.csv",
    "starcast evaluate model new-reviews.csv --report new-reviews.html",
  ],
  run,
});

async function run(
  words: readonly string[],
  values: OptionValues<typeof options>,
  context: CommandContext,
): Promise<number> {
  const [modelPath, ...paths] = words;
  const output = new Output(context.terminal, values);
  checkModelSource(modelPath);
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath), { threads: defaultThreads() });
  try {
    const { task } = model.scale;
    const read = await data.openLabelledTexts(paths, {
      text: values.text,
      label: values.label,
      task,
      labels: model.scale.task === "number" ? undefined : model.scale.labels,
      skipBadRows: values.skipBadRows,
      purpose: "evaluate",
    });
    printColumns(output, read, read.rows.length, task);
    printSkipped(output, read);
    const measures = await model.evaluate(read.rows);
    printPart(output, `${modelPath} on ${paths.join(", ")}`, measures, model.scale);
    warnOfSameAnswer(output, measures, model.scale, core);
    printConfusion(output, measures, model.scale);
    if (values.report !== undefined) {
      const reporting = await context.services.reporting();
      const { html } = await reporting.reportOnRows(model, read, { name: modelPath, measures });
      await reporting.writeReport(values.report, html);
      output.tick(`Report in ${values.report}`);
    }
    if (values.json) output.printJson({ model: modelPath, data: paths, scale: model.scale, ...measures });
  } finally {
    model.dispose();
  }
  return exitCodes.ok;
}
