import { DataError, splitRows } from "@starcast/core";
import type { CheckReport, DuplicateGroup, Finding, LabelShare, RowExample } from "./checkReport.js";
import { shorten } from "./csvDialect.js";
import { checkLabels, type LabelTask } from "./labels.js";
import { findRatingMention } from "./ratingMentions.js";
import {
  type LabelledTexts,
  minimumTrainingRows,
  type ReadLabelledOptions,
  readLabelledTexts,
  type SourcedText,
} from "./readTexts.js";

export type { CheckReport, DuplicateGroup, Finding, LabelShare, RowExample } from "./checkReport.js";

export interface CheckOptions {
  readonly task?: LabelTask;
  /** The ratings in order, when they are words. */
  readonly labels?: readonly (string | number)[];
  /** Share of the validation part, as in training; default 0.2. */
  readonly validationFraction?: number;
  /** Seed of the split, as in training; default 1. */
  readonly seed?: number;
  /** How many example rows each finding keeps; default 3. */
  readonly examples?: number;
}

/**
 * Reads data and looks for what spoils training or flatters its result. Rows without a usable rating are
 * counted, not refused.
 *
 * @throws {DataError} for what makes the rest meaningless: unreadable files, unclear columns, words as ratings.
 */
export async function checkData(
  paths: string | readonly string[],
  options: Omit<ReadLabelledOptions, "skipBadRows" | "purpose"> & CheckOptions = {},
): Promise<CheckReport> {
  const data = await readLabelledTexts(paths, { ...options, skipBadRows: true, purpose: "check" });
  return checkTexts(data, options);
}

/** {@link checkData} for rows that were read already. Takes time in proportion to the length of the texts. */
export function checkTexts(
  data: Pick<LabelledTexts, "rows" | "columns" | "skipped" | "sources">,
  options: CheckOptions = {},
): CheckReport {
  const { task = "rating", labels, validationFraction = 0.2, seed = 1, examples = 3 } = options;
  const { rows, columns, skipped, sources } = data;
  const find = (test: (row: SourcedText, index: number) => boolean) => findRows(rows, examples, test);
  const lengths = Uint32Array.from(rows, ({ text }) => countWords(text));
  const keys = rows.map(({ text }, index) => (lengths[index] === 0 ? "" : normalise(text)));
  const histogram = task === "number" ? [] : countLabels(rows, task, labels);
  return {
    task,
    sources,
    columns,
    rows: rows.length,
    skipped: { count: skipped.length, examples: skipped.slice(0, examples) },
    histogram,
    values: describeValues(rows),
    words: describeLengths(lengths),
    ...findDuplicates(rows, keys, examples),
    withoutWords: find((_, index) => lengths[index] === 0),
    veryShort: find((_, index) => lengths[index] === 1 || lengths[index] === 2),
    ratingInText: findRatingsInTexts(rows, examples),
    leak: findLeak(rows, keys, { validationFraction, seed, examples }),
    imbalance: describeImbalance(histogram),
    halfSteps: find(({ label }) => typeof label === "number" && task === "rating" && Math.abs(label % 1) === 0.5),
    blocked: whyBlocked(rows, task, labels, columns.label),
  };
}

function example({ file, row, label, text }: SourcedText): RowExample {
  return { file, row, label, text: shorten(text) };
}

function findRows(
  rows: readonly SourcedText[],
  examples: number,
  test: (row: SourcedText, index: number) => boolean,
): Finding {
  const found: RowExample[] = [];
  let count = 0;
  for (const [index, row] of rows.entries()) {
    if (!test(row, index)) continue;
    if (count++ < examples) found.push(example(row));
  }
  return { count, examples: found };
}

/** Runs of letters and digits (with the marks and apostrophes inside them), and emoji. */
function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*|\p{Extended_Pictographic}/gu)?.length ?? 0;
}

function normalise(text: string): string {
  const lower = text.toLowerCase();
  // Most texts are written with single blanks already, and looking costs less than replacing.
  return /[^\S ]| {2}|^ | $/.test(lower) ? lower.replace(/\s+/g, " ").trim() : lower;
}

function countLabels(
  rows: readonly SourcedText[],
  task: LabelTask,
  order: readonly (string | number)[] | undefined,
): LabelShare[] {
  const counts = new Map<string | number, number>((order ?? []).map((label) => [label, 0]));
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shares = [...counts].map(([label, count]) => ({
    label,
    count,
    share: rows.length === 0 ? 0 : count / rows.length,
  }));
  if (order !== undefined) return shares;
  return task === "class"
    ? shares.sort((a, b) => b.count - a.count)
    : shares.sort((a, b) => Number(a.label) - Number(b.label));
}

function describeValues(rows: readonly SourcedText[]): CheckReport["values"] {
  let [minimum, maximum, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const { label } of rows) {
    if (typeof label !== "number") return undefined;
    minimum = Math.min(minimum, label);
    maximum = Math.max(maximum, label);
    sum += label;
  }
  if (rows.length === 0) return undefined;
  const mean = sum / rows.length;
  for (const { label } of rows) squares += (Number(label) - mean) ** 2;
  return { minimum, maximum, mean, standardDeviation: Math.sqrt(squares / rows.length) };
}

function describeLengths(lengths: Uint32Array): CheckReport["words"] {
  const sorted = lengths.slice().sort();
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const sum = sorted.reduce((total, length) => total + length, 0);
  return {
    mean: sorted.length === 0 ? 0 : sum / sorted.length,
    median: quantile(0.5),
    percentile95: quantile(0.95),
    longest: sorted.at(-1) ?? 0,
  };
}

/** Texts without words are equal to each other for another reason and stay out. */
function findDuplicates(
  rows: readonly SourcedText[],
  keys: readonly string[],
  examples: number,
): Pick<CheckReport, "duplicates" | "conflicts"> {
  const firsts = new Map<string, number>();
  const groups = new Map<number, number[]>();
  for (const [index, key] of keys.entries()) {
    if (key === "") continue;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, index);
      continue;
    }
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [first, index]);
    else group.push(index);
  }
  const all = [...groups.values()];
  const conflicting = all.filter((members) => members.some((member) => rows[member].label !== rows[members[0]].label));
  const show = (members: readonly number[]): DuplicateGroup => ({
    count: members.length,
    rows: members.slice(0, 3).map((member) => example(rows[member])),
  });
  const summary = (found: readonly number[][], count: (members: readonly number[]) => number) => ({
    count: found.reduce((sum, members) => sum + count(members), 0),
    groups: found.length,
    examples: found.slice(0, examples).map(show),
  });
  return {
    duplicates: summary(all, (members) => members.length - 1),
    conflicts: summary(conflicting, (members) => members.length),
  };
}

function findRatingsInTexts(rows: readonly SourcedText[], examples: number): CheckReport["ratingInText"] {
  const best = rows.reduce((most, { label }) => (typeof label === "number" ? Math.max(most, label) : most), 0);
  const passages: string[] = [];
  let agreeing = 0;
  const finding = findRows(rows, examples, ({ text, label }) => {
    const mention = findRatingMention(text);
    if (mention === undefined) return false;
    if (passages.length < examples) passages.push(mention.passage);
    const { value, outOf = best } = mention;
    if (value === label || (typeof label === "number" && value * best === label * outOf)) agreeing++;
    return true;
  });
  return { ...finding, agreeing, passages };
}

function findLeak(
  rows: readonly SourcedText[],
  keys: readonly string[],
  options: { validationFraction: number; seed: number; examples: number },
): CheckReport["leak"] {
  const { validationFraction, seed, examples } = options;
  const context = { validationFraction, seed };
  if (rows.length < 2) return { count: 0, examples: [], validationRows: 0, ...context };
  const { train, validation } = splitRows(rows.length, { validationFraction, testFraction: 0, seed });
  const trained = new Set<string>();
  for (const index of train) trained.add(keys[index]);
  const leaked = new Set<number>();
  for (const index of validation) if (keys[index] !== "" && trained.has(keys[index])) leaked.add(index);
  return {
    ...findRows(rows, examples, (_, index) => leaked.has(index)),
    validationRows: validation.length,
    ...context,
  };
}

function describeImbalance(histogram: readonly LabelShare[]): CheckReport["imbalance"] {
  if (histogram.length < 2) return undefined;
  const byCount = [...histogram].sort((a, b) => b.count - a.count);
  const [largest, smallest] = [byCount[0], byCount[byCount.length - 1]];
  return { largest, smallest, strong: largest.share > 0.8 || largest.count > 20 * smallest.count };
}

function whyBlocked(
  rows: readonly SourcedText[],
  task: LabelTask,
  labels: readonly (string | number)[] | undefined,
  column: string,
): CheckReport["blocked"] {
  try {
    checkLabels(
      rows.map(({ label }) => label),
      { task, labels },
      column,
      minimumTrainingRows,
    );
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return { code: error.code, message: error.message };
    throw error;
  }
}
