import { exitCodes } from "../errors.js";
import { printCheck } from "../report/checkReport.js";
import { counted } from "../report/numbers.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns } from "./dataReport.js";
import { commandOn } from "./nextCommand.js";
import { numberOptionOr, type OptionValues } from "./options.js";
import { columnOptions, labelOptions, outputOptions, settingOptions } from "./shared.js";

const options = {
  ...columnOptions,
  task: labelOptions.task,
  labels: labelOptions.labels,
  validationFraction: numberOptionOr(
    "--validation-fraction",
    "X",
    "share of the rows that are held back when looking for texts on both sides",
    { above: 0, below: 1 },
    0.2,
  ),
  seed: settingOptions.seed,
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const checkCommand = defineCommand({
  name: "check",
  summary: "look for what spoils training or its result",
  description: "Reads all rows and changes nothing. Exit code 2 when training would refuse the data.",
  arguments: [{ name: "DATA", help: "CSV, TSV, JSON lines or Parquet files, or globs", variadic: true }],
  options,
  examples: ["starcast check reviews.csv", "starcast check 'reviews-*.parquet' --text body --label stars"],
  run,
});

async function run(paths: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  const data = await context.services.data();
  const { text, label, task, labels, validationFraction, seed } = values;
  const report = await data.checkData(paths, { text, label, task, labels, validationFraction, seed });
  printColumns(output, report, report.rows, task);
  const tally = printCheck(output, report);
  output.gap();
  const { blocked } = report;
  if (blocked !== undefined) output.bad(blocked.message);
  else {
    const { passed, warnings } = tally;
    output.line(
      `${counted(passed, "check")} passed, ${warnings === 0 ? "no warnings" : counted(warnings, "warning")}.`,
    );
    const bad = report.skipped.count > 0 ? ["--skip-bad-rows"] : [];
    output.next([[commandOn("train", paths, values, bad), "learn these ratings"]]);
  }
  if (values.json) output.printJson(report);
  return blocked === undefined ? exitCodes.ok : exitCodes.badInput;
}
