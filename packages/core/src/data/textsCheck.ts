/** Looks for what spoils training on labelled texts, or flatters its result. */
import { DataError } from "../errors.js";
import type { Label, Task } from "../training/scale.js";
import { splitRows } from "../training/split.js";
import { gatherFacts, type RowFacts, withoutWords } from "./checkFacts.js";
import type { DuplicateGroup, Finding, LabelShare, RowExample, TextsReport } from "./textsReport.js";

/** A labelled text and its place in the data. */
export interface PlacedText {
  readonly text: string;
  readonly label: Label;
  /** The file, as the user named it. */
  readonly file: string;
  /** Number of the row in its file, from 1 below the header. */
  readonly row: number;
}

/** Rows that can be gone through more than once. */
export type PlacedTexts = Iterable<PlacedText> | AsyncIterable<PlacedText>;

/** Options of `checkTexts`. */
export interface TextsCheckOptions {
  readonly task?: Task;
  /** The ratings in order, when they are words. */
  readonly labels?: readonly Label[];
  /** Share of the validation part, as in training; default 0.2. */
  readonly validationFraction?: number;
  /** Seed of the split, as in training; default 1. */
  readonly seed?: number;
  /** How many example rows each finding keeps; default 3. */
  readonly examples?: number;
}

/** Characters of a text that an example shows. */
const shownCharacters = 80;

/**
 * Checks labelled texts. The rows are gone through twice and not kept: for a few numbers of each, and for the examples.
 * Takes time in proportion to the length of the texts.
 *
 * @throws {DataError} `rows-changed` when the second time shows fewer rows than the first.
 */
export async function checkTexts(rows: PlacedTexts, options: TextsCheckOptions = {}): Promise<TextsReport> {
  const { task = "rating", labels, validationFraction = 0.2, seed = 1, examples = 3 } = options;
  const facts = await gatherFacts(rows, { passages: examples });
  const find = (test: (position: number) => boolean) => findRows(facts.labels.length, examples, test);
  const found = {
    withoutWords: find((row) => facts.lengths[row] === 0),
    veryShort: find((row) => facts.lengths[row] === 1 || facts.lengths[row] === 2),
    halfSteps: find((row) => task === "rating" && isHalf(facts.labels[row])),
    mentions: { count: facts.mentions.length, shown: facts.mentions.slice(0, examples).map(({ row }) => row) },
  };
  const leak = findLeak(facts, { validationFraction, seed, examples });
  const groups = findDuplicates(facts, examples);
  const shown = [...Object.values(found), leak.found, ...groups.duplicates.shown, ...groups.conflicts.shown];
  const exampleOf = await readExamples(rows, new Set(shown.flatMap((rows) => rows.shown)));
  const show = ({ count, shown: positions }: FoundRows): Finding => ({ count, examples: positions.map(exampleOf) });
  const showGroups = ({ shown: first, ...counts }: FoundGroups): TextsReport["duplicates"] => ({
    ...counts,
    examples: first.map(({ count, shown: positions }): DuplicateGroup => ({ count, rows: positions.map(exampleOf) })),
  });
  const histogram = task === "number" ? [] : countLabels(facts.labels, task, labels);
  return {
    task,
    rows: facts.labels.length,
    distinctLabels: new Set(facts.labels).size,
    histogram,
    values: describeValues(facts.labels),
    words: describeLengths(facts.lengths),
    duplicates: showGroups(groups.duplicates),
    conflicts: showGroups(groups.conflicts),
    withoutWords: show(found.withoutWords),
    veryShort: show(found.veryShort),
    ratingInText: { ...show(found.mentions), ...describeMentions(facts) },
    leak: { ...show(leak.found), validationRows: leak.validationRows, validationFraction, seed },
    imbalance: describeImbalance(histogram),
    halfSteps: show(found.halfSteps),
  };
}

/** Rows by their positions, of which the first few are to be shown. */
interface FoundRows {
  readonly count: number;
  readonly shown: readonly number[];
}

interface FoundGroups {
  readonly count: number;
  readonly groups: number;
  readonly shown: readonly FoundRows[];
}

function findRows(rows: number, examples: number, test: (position: number) => boolean): FoundRows {
  const shown: number[] = [];
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (test(row) && count++ < examples) shown.push(row);
  }
  return { count, shown };
}

/** Goes through the rows up to the last one that is to be shown. */
async function readExamples(rows: PlacedTexts, wanted: ReadonlySet<number>): Promise<(position: number) => RowExample> {
  const examples = new Map<number, RowExample>();
  let position = 0;
  if (wanted.size > 0) {
    for await (const { file, row, label, text } of rows) {
      if (wanted.has(position)) examples.set(position, { file, row, label, text: beginning(text) });
      if (examples.size === wanted.size) break;
      position++;
    }
  }
  return (wantedPosition) => {
    const example = examples.get(wantedPosition);
    if (example !== undefined) return example;
    throw new DataError("rows-changed", "The data has changed while it was being checked. Check it again.");
  };
}

function isHalf(label: Label): boolean {
  return typeof label === "number" && Math.abs(label % 1) === 0.5;
}

function countLabels(labels: readonly Label[], task: Task, order: readonly Label[] | undefined): LabelShare[] {
  const counts = new Map<Label, number>((order ?? []).map((label) => [label, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shares = [...counts].map(([label, count]) => ({
    label,
    count,
    share: labels.length === 0 ? 0 : count / labels.length,
  }));
  if (order !== undefined) return shares;
  return task === "class"
    ? shares.sort((a, b) => b.count - a.count)
    : shares.sort((a, b) => Number(a.label) - Number(b.label));
}

function describeValues(labels: readonly Label[]): TextsReport["values"] {
  let [minimum, maximum, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const label of labels) {
    if (typeof label !== "number") return undefined;
    minimum = Math.min(minimum, label);
    maximum = Math.max(maximum, label);
    sum += label;
  }
  if (labels.length === 0) return undefined;
  const mean = sum / labels.length;
  for (const label of labels) squares += (Number(label) - mean) ** 2;
  return { minimum, maximum, mean, standardDeviation: Math.sqrt(squares / labels.length) };
}

function describeLengths(lengths: Uint32Array): TextsReport["words"] {
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
  { labels, firstWithText }: RowFacts,
  examples: number,
): { duplicates: FoundGroups; conflicts: FoundGroups } {
  const groups = new Map<number, number[]>();
  for (const [row, first] of firstWithText.entries()) {
    if (first === withoutWords || first === row) continue;
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [first, row]);
    else group.push(row);
  }
  const all = [...groups.values()];
  const conflicting = all.filter((members) => members.some((member) => labels[member] !== labels[members[0]]));
  const summary = (found: readonly number[][], count: (members: readonly number[]) => number): FoundGroups => ({
    count: found.reduce((sum, members) => sum + count(members), 0),
    groups: found.length,
    shown: found.slice(0, examples).map((members) => ({ count: members.length, shown: members.slice(0, 3) })),
  });
  return {
    duplicates: summary(all, (members) => members.length - 1),
    conflicts: summary(conflicting, (members) => members.length),
  };
}

function describeMentions({ labels, mentions }: RowFacts): { agreeing: number; passages: string[] } {
  const best = labels.reduce<number>((most, label) => (typeof label === "number" ? Math.max(most, label) : most), 0);
  const agreeing = mentions.filter(({ row, value, outOf = best }) => {
    const label = labels[row];
    return value === label || (typeof label === "number" && value * best === label * outOf);
  });
  return { agreeing: agreeing.length, passages: mentions.flatMap(({ passage }) => passage ?? []) };
}

function findLeak(
  { firstWithText }: RowFacts,
  options: { validationFraction: number; seed: number; examples: number },
): { found: FoundRows; validationRows: number } {
  const { validationFraction, seed, examples } = options;
  const rows = firstWithText.length;
  if (rows < 2) return { found: { count: 0, shown: [] }, validationRows: 0 };
  const { train, validation } = splitRows(rows, { validationFraction, testFraction: 0, seed });
  const trained = new Set<number>();
  for (const row of train) trained.add(firstWithText[row]);
  trained.delete(withoutWords);
  const leaked = new Set<number>();
  for (const row of validation) if (trained.has(firstWithText[row])) leaked.add(row);
  return { found: findRows(rows, examples, (row) => leaked.has(row)), validationRows: validation.length };
}

function describeImbalance(histogram: readonly LabelShare[]): TextsReport["imbalance"] {
  if (histogram.length < 2) return undefined;
  const byCount = [...histogram].sort((a, b) => b.count - a.count);
  const [largest, smallest] = [byCount[0], byCount[byCount.length - 1]];
  return { largest, smallest, strong: largest.share > 0.8 || largest.count > 20 * smallest.count };
}

/** A text on one line, shortened. */
function beginning(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters - 1)}…`;
}
