import type { DuplicateGroup, RowExample } from "@starcast/core";
import type { CheckReport } from "../data/check.js";
import type { Output } from "../terminal/output.js";
import { count, counted, percent, score, shorten } from "./numbers.js";
import { bar } from "./table.js";

const barWidth = 30;
/** Beyond so many labels the histogram shows the most frequent ones only. */
const mostBars = 20;

/** How many of the checks passed, and how many warn. */
export interface CheckTally {
  passed: number;
  warnings: number;
}

/** Ratings, lengths and findings of a check, with ticks and warnings. */
export function printCheck(output: Output, report: CheckReport): CheckTally {
  printHistogram(output, report);
  printLengths(output, report);
  output.resultHeading("Checks");
  const tally: CheckTally = { passed: 0, warnings: 0 };
  const judge = (isFine: boolean, fine: string, warning: string, examples: readonly string[] = []) => {
    if (isFine) {
      tally.passed++;
      output.tick(fine);
      return;
    }
    tally.warnings++;
    output.warn(warning);
    for (const example of examples) output.line(`      ${output.dim(example)}`);
  };
  judgeLabels(output, report, judge);
  judgeTexts(report, judge);
  judgeLeaks(report, judge);
  return tally;
}

type Judge = (isFine: boolean, fine: string, warning: string, examples?: readonly string[]) => void;

function printHistogram(output: Output, { histogram, values, task }: CheckReport): void {
  const what = task === "class" ? "Labels" : task === "number" ? "Numbers" : "Ratings";
  const about =
    values === undefined
      ? ""
      : ` (${values.minimum} to ${values.maximum}, mean ${score(values.mean, 2)}, standard deviation ${score(values.standardDeviation, 2)})`;
  output.resultHeading(what + about);
  if (histogram.length === 0) return;
  const shown = histogram.slice(0, mostBars);
  const width = Math.min(24, Math.max(...shown.map(({ label }) => String(label).length)));
  const most = Math.max(...shown.map(({ share }) => share));
  const counts = Math.max(...shown.map((each) => count(each.count).length));
  for (const { label, count: rows, share } of shown) {
    const name = shorten(String(label), 24).padStart(width);
    output.line(
      `  ${name}  ${count(rows).padStart(counts)}  ${percent(share).padStart(6)}  ${output.cyan(bar(share / most, barWidth))}`.trimEnd(),
    );
  }
  if (histogram.length > shown.length) output.line(`  and ${count(histogram.length - shown.length)} more`);
}

function printLengths(output: Output, { words }: CheckReport): void {
  output.resultHeading("Texts");
  output.line(
    `  ${score(words.mean, 1)} words on average; half have at most ${count(words.median)}, 95 % at most ${count(words.percentile95)}, the longest ${count(words.longest)}`,
  );
}

function judgeLabels(output: Output, report: CheckReport, judge: Judge): void {
  const { skipped, imbalance, halfSteps, task } = report;
  const noun = task === "class" ? "label" : task === "number" ? "number" : "rating";
  judge(
    skipped.count === 0,
    `every row has a ${noun}`,
    `${counted(skipped.count, "row")} without a usable ${noun}: training stops at them, or leaves them out with --skip-bad-rows`,
    skipped.examples.map(
      ({ file, row, line, reason }) =>
        `${file}, row ${count(row)}${line === undefined ? "" : ` (line ${count(line)})`} ${reason}`,
    ),
  );
  if (imbalance !== undefined) {
    const { largest, smallest, strong } = imbalance;
    judge(
      !strong,
      `all ${noun}s are well represented: the rarest, ${smallest.label}, has ${counted(smallest.count, "row")}`,
      `the ${noun}s are very uneven: ${largest.label} has ${percent(largest.share, 0)} of the rows, ${smallest.label} only ${counted(smallest.count, "row")}; the rare ones will be hard to learn`,
    );
  }
  if (halfSteps.count > 0)
    output.note(
      `${counted(halfSteps.count, "row")} with half steps such as ${halfSteps.examples[0].label}: kept as ratings of their own`,
    );
}

function judgeTexts(report: CheckReport, judge: Judge): void {
  const severalFiles = report.sources.length > 1;
  const { withoutWords, veryShort, duplicates, conflicts, rows } = report;
  judge(
    withoutWords.count === 0,
    "every text has words",
    `${counted(withoutWords.count, "text")} without words: the model can only guess there`,
    withoutWords.examples.map((row) => describeRow(row, severalFiles)),
  );
  judge(
    veryShort.count <= rows / 20,
    `${veryShort.count === 0 ? "no text is" : `only ${counted(veryShort.count, "text is", "texts are")}`} shorter than three words`,
    `${counted(veryShort.count, "text")} (${percent(veryShort.count / rows, 0)}) of one or two words, which tell little`,
    veryShort.examples.map((row) => describeRow(row, severalFiles)),
  );
  judge(
    duplicates.count === 0,
    "no text stands in the data twice",
    `${counted(duplicates.count, "row repeats", "rows repeat")} the text of an earlier row (${counted(duplicates.groups, "different text")})`,
    duplicates.examples.map((group) => describeGroup(group, severalFiles)),
  );
  judge(
    conflicts.count === 0,
    duplicates.count === 0 ? "no text has two ratings" : "equal texts have equal ratings",
    `${counted(conflicts.groups, "text has", "texts have")} different ratings in different rows: no model can get them all right`,
    conflicts.examples.map((group) => describeGroup(group, severalFiles)),
  );
}

function judgeLeaks(report: CheckReport, judge: Judge): void {
  const severalFiles = report.sources.length > 1;
  const { ratingInText, leak } = report;
  judge(
    ratingInText.count === 0,
    "no text states a rating",
    `${counted(ratingInText.count, "text states", "texts state")} a rating, ${count(ratingInText.agreeing)} of them that of the row: the result will flatter the model on texts that do not`,
    ratingInText.examples.map((row, index) => {
      const passage = ratingInText.passages[index];
      return passage === undefined ? describeRow(row, severalFiles) : `${place(row, severalFiles)}: “${passage}”`;
    }),
  );
  const split = `${percent(leak.validationFraction, 0)} split with seed ${leak.seed}`;
  judge(
    leak.count === 0,
    `no validation text is also learned from (${split})`,
    `${count(leak.count)} of ${counted(leak.validationRows, "validation text")} ${leak.count === 1 ? "stands" : "stand"} also among the rows that are learned from (${split}): training leaves such rows out of what it is measured on, unless --keep-duplicates is given`,
    leak.examples.map((row) => describeRow(row, severalFiles)),
  );
}

/** The file is named only where there are several. */
function place({ file, row, label }: RowExample, severalFiles: boolean): string {
  return `${severalFiles ? `${file}, ` : ""}row ${count(row)} (${label})`;
}

function describeRow(row: RowExample, severalFiles: boolean): string {
  const text = row.text === "" ? "(empty)" : `“${shorten(row.text, 60)}”`;
  return `${place(row, severalFiles)}: ${text}`;
}

function describeGroup({ rows, count: times }: DuplicateGroup, severalFiles: boolean): string {
  const places = rows.map((row) => place(row, severalFiles)).join(", ");
  return `${places}${times > rows.length ? ` and ${count(times - rows.length)} more` : ""}: “${shorten(rows[0].text, 50)}”`;
}
