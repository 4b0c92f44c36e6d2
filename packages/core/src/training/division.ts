import { DataError, OptionError } from "../errors.js";
import { type RemovedDuplicates, removeDuplicates } from "./duplicates.js";
import type { LabelledText, Rows } from "./labelledText.js";
import { type Split, splitRows } from "./split.js";
import { readPart, splitByGroup, splitByPart, splitByTime } from "./splitBy.js";
import { numberGroups, TextHashes } from "./textHashes.js";
import { Times } from "./times.js";

/** What decides which part a row is in, where it is not chance. */
export type SplitBy = "group" | "part" | "time";

/** How rows are divided into parts. */
export interface PartOptions {
  /** The validation part, instead of a share of the rows. */
  readonly validation?: Rows;
  /** The test part, instead of a share of the rows. */
  readonly test?: Rows;
  /**
   * Share of the rows for validation, above 0 and below 1; the recipe's when absent, which is 0.1, and 0.2 for the
   * article's. Not used beside `validation`.
   */
  readonly validationFraction?: number;
  /**
   * Share of the rows for the test part, 0 <= x < 1; the recipe's when absent, which is 0.2, and 0 for the article's.
   * Not used beside `test`.
   */
  readonly testFraction?: number;
  /**
   * `group`: rows with the same `group` are all in one part (a row without one is a group of its own); `part`: each
   * row's `part` names its part, and when none is for validation, `validationFraction` of the training rows is drawn;
   * `time`: the newest rows are the test part, those before them the validation part. By chance when absent.
   */
  readonly splitBy?: SplitBy;
  /**
   * Whether held-back rows stay whose text (but for case and white space) is learned from as well. They flatter the
   * result, so they are left out unless this is true; the article's recipes keep them when it is absent.
   */
  readonly keepDuplicates?: boolean;
  readonly seed: number;
}

/** Row numbers of the three parts, each ascending. */
export interface Parts {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  /** Empty when no test part was asked for. */
  readonly test: Uint32Array;
}

/** How the parts came about. */
export interface DivisionAccount {
  /** Absent: by chance. */
  readonly splitBy?: SplitBy;
  /** Number of groups, with `splitBy: "group"`. */
  readonly groups?: number;
  /** Rows left out because their text is in another part too; absent when they were kept. */
  readonly removedDuplicates?: RemovedDuplicates;
}

/** Collects what decides the part of every row, and divides them. Texts and names are kept as hashes only. */
export class RowDivision {
  readonly #options: PartOptions;
  readonly #texts: TextHashes | undefined;
  readonly #groups = new TextHashes();
  readonly #parts: number[] = [];
  readonly #times = new Times();
  #rows = 0;
  #namedGroups = 0;

  /** @throws {OptionError} for options that contradict each other. */
  constructor(options: PartOptions) {
    checkSplitBy(options);
    this.#options = options;
    this.#texts = options.keepDuplicates ? undefined : new TextHashes();
  }

  /**
   * The next row that is to be put into a part.
   *
   * @param describe says where it is. @throws {DataError} when what decides its part is missing or wrong.
   */
  add(row: LabelledText, describe: () => string): void {
    const { splitBy } = this.#options;
    if (splitBy === "group") this.#addGroup(row.group);
    else if (splitBy === "part") this.#parts.push(readPart(row.part, describe));
    else if (splitBy === "time") this.#times.add(row.time, describe);
    this.#rows++;
    this.addOwn(row);
  }

  /** The next row of a part of the caller's own. */
  addOwn({ text }: LabelledText): void {
    this.#texts?.add(textKey(text));
  }

  /**
   * Divides the rows that were added.
   *
   * @param own row numbers of the caller's own parts.
   * @throws {DataError} when a part would be empty. @throws {OptionError} for a bad fraction.
   */
  divide(own: { readonly validation?: Uint32Array; readonly test?: Uint32Array }): {
    readonly parts: Parts;
    readonly account: DivisionAccount;
  } {
    const { split, groups } = this.#split(own);
    const { splitBy } = this.#options;
    const whole = { train: split.train, validation: own.validation ?? split.validation, test: own.test ?? split.test };
    requireParts(whole, this.#options);
    const { parts, removed } = this.#texts
      ? removeDuplicates(whole, this.#texts.values())
      : { parts: whole, removed: undefined };
    const account: DivisionAccount = {
      ...(splitBy && { splitBy }),
      ...(groups !== undefined && { groups }),
      ...(removed && { removedDuplicates: removed }),
    };
    return { parts, account };
  }

  #addGroup(group: LabelledText["group"]): void {
    const name = String(group ?? "").trim();
    if (name !== "") this.#namedGroups++;
    // No name begins with a blank, so a row without one shares its hash with no other.
    this.#groups.add(name === "" ? ` row ${this.#rows}` : name);
  }

  #split(own: { readonly validation?: Uint32Array; readonly test?: Uint32Array }): { split: Split; groups?: number } {
    const { splitBy, seed, validationFraction = 0.1, testFraction = 0.2 } = this.#options;
    const options = {
      validationFraction: own.validation ? 0 : validationFraction,
      testFraction: own.test ? 0 : testFraction,
      seed,
    };
    if (splitBy === "part") return { split: splitByPart(Uint8Array.from(this.#parts), options) };
    if (splitBy === "time") return { split: splitByTime(this.#times.values(), options) };
    if (splitBy !== "group") return { split: splitRows(this.#rows, options) };
    if (this.#namedGroups === 0) {
      throw new DataError("no-groups", "No row has a group to divide the rows by; is it the right column?");
    }
    const { groups, count } = numberGroups(this.#groups.values());
    return { split: splitByGroup(groups, count, options), groups: count };
  }
}

function checkSplitBy({ splitBy, validation, test }: PartOptions): void {
  if (splitBy === undefined) return;
  if (!["group", "part", "time"].includes(splitBy)) {
    throw new OptionError("bad-split-by", `splitBy must be "group", "part" or "time", not ${JSON.stringify(splitBy)}.`);
  }
  if (splitBy === "part" && (validation || test)) {
    throw new OptionError(
      "conflict",
      `With splitBy "part" the rows name their parts, so there can be no ${validation ? "validation" : "test"} rows beside them; leave one out.`,
    );
  }
}

function requireParts(parts: Parts, options: PartOptions): void {
  if (parts.validation.length === 0) {
    if (options.validation) throw new DataError("empty-part", "The validation part has no rows.");
    throw new OptionError(
      "bad-fraction",
      `validationFraction ${options.validationFraction} leaves no row for validation; it must be above 0.`,
    );
  }
  if (options.test && parts.test.length === 0) throw new DataError("empty-part", "The test part has no rows.");
}

/** What equal texts share: lower case, and one blank for each run of white space, none at the ends. */
export function textKey(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
