import { exitCodes } from "../errors.js";
import { printCheck } from "../report/checkReport.js";
import { counted } from "../report/numbers.js";
import { shellWord } from "../shellWord.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { printColumns } from "./dataReport.js";
import type { OptionValues } from "./options.js";
import { columnOptions, labelOptions, outputOptions, settingOptions } from "./shared.js";

const options = {
  ...columnOptions,
  task: labelOptions.task,
  labels: labelOptions.labels,
  validationFraction: settingOptions.validationFraction,
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
    output.next([[trainCommandFor(paths, values, report.skipped.count > 0), "learn these ratings"]]);
  }
  if (values.json) output.printJson(report);
  return blocked === undefined ? exitCodes.ok : exitCodes.badInput;
}

/** The command that trains on what was checked, with the flags that were given here. */
function trainCommandFor(paths: readonly string[], values: Options, hasBadRows: boolean): string {
  const words = ["starcast", "train", ...paths.map(shellWord)];
  for (const column of values.text) words.push("--text", shellWord(column));
  if (values.label !== undefined) words.push("--label", shellWord(values.label));
  if (values.task !== "rating") words.push("--task", values.task);
  if (values.labels !== undefined) words.push("--labels", shellWord(values.labels.join(",")));
  if (hasBadRows) words.push("--skip-bad-rows");
  return words.join(" ");
}
