/** The rows of a table that can be learned from, and what is known of them beforehand. */
import {
  checkTexts,
  guessLabelColumn,
  guessTextColumns,
  labelParser,
  makeSample,
  type PlacedText,
  profileColumn,
} from "@starcast/core";
import type { ProblemFacts } from "../problem.js";
import type { Correction, DataChoice, DataSummary, OpenedTable, SkippedRow } from "../protocol.js";
import { columnOf, fileOf, shown, type Table } from "../reading/table.js";

/** Rows that columns are judged by, and those that are shown. */
const profiledRows = 2000;
const previewRows = 5;
const shownExamples = 6;
/** Fewest rows that can be learned from, as in training. */
const fewestRows = 20;
/** At most so many different ratings make a scale; more are a quantity. */
const mostRatings = 50;
/** Bars of the histogram of lengths. */
const lengthBars = 24;

/** The synthetic sample as a table, the same as `starcast sample` writes. */
export function sampleTable(): Table {
  const rows = makeSample();
  return {
    name: "the synthetic sample",
    columns: ["review", "rating"],
    values: [rows.map(({ review }) => review), rows.map(({ rating }) => String(rating))],
    rowNumbers: rows.map((_, index) => index + 1),
    ragged: [],
  };
}

/** What a person has to know of a table to choose its columns, with a guess. */
export function describeTable(table: Table): OpenedTable {
  const profiles = table.columns.map((name, index) => profileColumn(name, table.values[index].slice(0, profiledRows)));
  const label = guessLabelColumn(profiles);
  return {
    name: table.name,
    columns: table.columns,
    rows: table.rowNumbers.length,
    preview: Array.from({ length: Math.min(previewRows, table.rowNumbers.length) }, (_, row) =>
      table.values.map((column) => column[row]),
    ),
    ragged: table.ragged.length,
    label,
    text: guessTextColumns(profiles.filter(({ name }) => name !== label.columns[0])),
  };
}

/** Labelled rows, with the values of the other columns for those who slice by them. */
export class Dataset {
  readonly table: Table;
  readonly choice: DataChoice;
  readonly rows: readonly PlacedText[];
  readonly skipped: readonly SkippedRow[];
  /** Position in the table of each row. */
  readonly positions: readonly number[];
  /** Labels that are none, where they are words. */
  readonly words: readonly string[];

  /** @param corrections change labels or leave rows out. @throws {DataError} `repeated-label`. */
  constructor(table: Table, choice: DataChoice, corrections: readonly Correction[] = []) {
    this.table = table;
    this.choice = choice;
    const parse = labelParser(choice);
    const texts = choice.text.map((name) => columnOf(table, name));
    const labels = columnOf(table, choice.label);
    const decided = new Map(corrections.map((correction) => [correction.row, correction]));
    const rows: PlacedText[] = [];
    const skipped: SkippedRow[] = [...table.ragged];
    const positions: number[] = [];
    const words = new Set<string>();
    for (const [position, row] of table.rowNumbers.entries()) {
      const given = parse(labels[position]);
      if (given === undefined) {
        const value = labels[position]?.trim() ?? "";
        if (value !== "") words.add(value);
        skipped.push({ row, reason: value === "" ? "has no rating" : `has the rating “${shown(value, 40)}”` });
        continue;
      }
      const correction = decided.get(row);
      if (correction && correction.to === undefined) continue;
      rows.push({ text: joined(texts, position), label: correction?.to ?? given, file: fileOf(table, position), row });
      positions.push(position);
    }
    this.rows = rows;
    this.skipped = skipped.toSorted((a, b) => a.row - b.row);
    this.positions = positions;
    this.words = [...words];
  }

  /** Names of the columns that are neither text nor label. */
  get otherColumns(): string[] {
    const { text, label } = this.choice;
    return this.table.columns.filter((name) => name !== label && !text.includes(name)).slice(0, 30);
  }

  /** All that can be said before training. */
  async summary(): Promise<DataSummary> {
    const { rows, choice, skipped } = this;
    const report = await checkTexts(rows, { task: choice.task, labels: choice.labels });
    const step = Math.max(1, Math.floor(rows.length / shownExamples));
    const blocked = this.#whyBlocked(report.distinctLabels);
    return {
      report,
      skipped: { count: skipped.length, examples: skipped.slice(0, 5) },
      examples: rows
        .filter((_, index) => index % step === 0)
        .slice(0, shownExamples)
        .map(({ row, text, label }) => ({ row, text: shown(text, 240), label })),
      lengths: lengthHistogram(rows),
      ...(blocked && { blocked }),
      ...(this.#holdsWords && { words: this.words.slice(0, mostRatings + 1) }),
    };
  }

  /** Most labels are words, where numbers were asked for. */
  get #holdsWords(): boolean {
    const { task, labels } = this.choice;
    return task !== "class" && labels === undefined && this.skipped.length > this.rows.length && this.words.length > 1;
  }

  #whyBlocked(distinct: number): ProblemFacts | undefined {
    const { choice, rows } = this;
    const column = `the column “${choice.label}”`;
    if (this.#holdsWords) {
      const message =
        this.words.length <= mostRatings
          ? `${capital(column)} holds words, not numbers. If they have an order, put them into it; if not, choose labels without order.`
          : `${capital(column)} holds ${this.words.length} different words, not ratings. Choose another column.`;
      return { code: "words-without-order", message };
    }
    if (rows.length < fewestRows) {
      return {
        code: "too-few-rows",
        message: `Only ${rows.length} ${rows.length === 1 ? "row has" : "rows have"} a rating in ${column}; at least ${fewestRows} are needed, and some thousands for a good model. Choose another column or another file.`,
      };
    }
    if (distinct === 1) {
      return {
        code: "one-class",
        message: `All ${rows.length} rows have the same rating in ${column}: ${rows[0].label}. At least two different ones are needed; choose another column.`,
      };
    }
    const limit = choice.task === "rating" ? mostRatings : Math.min(1000, rows.length / 2);
    if (choice.task !== "number" && distinct > limit) {
      return {
        code: "too-many-labels",
        message: `${capital(column)} has ${distinct} different ${choice.task === "rating" ? "ratings; choose numbers to predict a quantity, or another column" : "labels, too many to learn; choose another column"}.`,
      };
    }
    return undefined;
  }
}

/** Texts joined by a space; a missing one counts as empty, as on the command line. */
function joined(texts: readonly (readonly (string | null)[])[], position: number): string {
  return texts.map((column) => column[position] ?? "").join(" ");
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Rows by words, in bars of equal width that hold all but the longest hundredth. */
function lengthHistogram(rows: readonly PlacedText[]): DataSummary["lengths"] {
  const lengths = Float64Array.from(rows, ({ text }) => text.split(/\s+/).filter(Boolean).length);
  const sorted = lengths.slice().sort();
  const longest = sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0;
  const width = Math.max(1, Math.ceil((longest + 1) / lengthBars));
  const bars = Array.from({ length: Math.ceil((longest + 1) / width) }, (_, index) => ({
    from: index * width,
    to: (index + 1) * width - 1,
    rows: 0,
  }));
  for (const length of lengths) {
    const bar = bars[Math.floor(length / width)];
    if (bar) bar.rows++;
  }
  return bars;
}
