import type { DatasetCounts } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";
import { count, counted } from "../report/numbers.js";
import type { Output } from "../terminal/output.js";

/** How many of the rows that were left out are named one by one. */
const listedRows = 5;

/** Says what was read and which columns were taken, guessed or given. */
export function printColumns(
  output: Output,
  { columns, sources }: Pick<LabelledSource, "columns" | "sources">,
  rows: number,
  task: string,
): void {
  output.heading("Data");
  const from = sources.length === 1 ? sources[0] : `${sources.length} files`;
  output.tick(`${counted(rows, "row")} from ${from}`);
  const how = (given: boolean, flag: string) => (given ? "as given" : `guessed; ${flag} COL changes it`);
  output.tick(`text = ${columns.text.join(" + ")} ${output.dim(`(${how(columns.textGiven, "--text")})`)}`);
  const name = task === "rating" ? "rating" : task === "class" ? "label" : "number";
  output.tick(`${name} = ${columns.label} ${output.dim(`(${how(columns.labelGiven, "--label")})`)}`);
}

/** Counts the rows that `--skip-bad-rows` left out and lists the first of them. */
export function printSkipped(output: Output, data: Pick<LabelledSource, "skipped" | "table">): void {
  const { skipped } = data;
  if (skipped.length === 0) return;
  output.warn(`${counted(skipped.length, "row")} left out (--skip-bad-rows):`);
  for (const { file, row, line, reason } of skipped.slice(0, listedRows)) {
    output.line(`      ${file}, row ${count(row)}${line === undefined ? "" : ` (line ${count(line)})`} ${reason}`);
  }
  if (skipped.length > listedRows) output.line(`      and ${count(skipped.length - listedRows)} more`);
}

/** With fewer test rows than this the interval of any result is wide. */
const fewTestRows = 200;

/** Says how many rows are in which part and why, and which of them are left out. */
export function printDivision(output: Output, dataset: DatasetCounts): void {
  const { train, validation, test, splitBy, groups, removedDuplicates } = dataset;
  const untouched = test > 0 ? `, ${count(test)} kept untouched for the test` : "";
  const how = {
    group: ` (${counted(groups ?? 0, "group")}, each in one part)`,
    part: " (as the data says)",
    time: " (the newest)",
  };
  output.tick(
    `${count(train)} rows to learn from, ${count(validation)} to validate${untouched}${splitBy ? how[splitBy] : ""}`,
  );
  if (dataset.unlabelled) output.tick(`${counted(dataset.unlabelled, "text")} without ratings to learn words from`);
  const parts = ["validation", "test"] as const;
  const removed = parts.flatMap((part) => {
    const number = removedDuplicates?.[part] ?? 0;
    return number > 0 ? [`${count(number)} ${part}`] : [];
  });
  if (removed.length > 0) {
    output.tick(
      `${removed.join(" and ")} rows left out, whose texts are in another part too (--keep-duplicates keeps them)`,
    );
  }
  if (test > 0 && test < fewTestRows) {
    output.warn(`The result will rest on ${counted(test, "test row")}, so expect wide intervals.`);
  }
}
