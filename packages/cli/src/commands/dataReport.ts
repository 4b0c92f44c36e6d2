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
