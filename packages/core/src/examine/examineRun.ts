import type { RatingModel } from "../model/ratingModel.js";
import { createTokenizer, type Tokenizer } from "../text/index.js";
import { type Parts, textKey } from "../training/division.js";
import { TextHashes } from "../training/textHashes.js";
import { conclude } from "./conclude.js";
import { chooseEvenly } from "./evenly.js";
import type { Examination, ExaminedPart } from "./examination.js";
import { type HeldOutRow, HeldOutRows, mostRows } from "./heldOutRows.js";
import { PartRows } from "./partRows.js";
import { type Truths, truthsOf } from "./truths.js";

/** Labelled rows that are to be looked at, with what else is known of them. */
export interface ExaminedSource {
  /** Number of rows. */
  readonly length: number;
  /** Names of the columns that are neither text nor rating, by which rows are compared in slices. */
  readonly columns: readonly string[];
  /** Goes through the rows, with the values of the columns asked for in `others`. */
  rows(columns: readonly string[]): Iterable<HeldOutRow> | AsyncIterable<HeldOutRow>;
}

/** The data of a training run, in the order in which it was given. */
export interface RunSources {
  readonly main: ExaminedSource;
  readonly valid?: ExaminedSource;
  readonly test?: ExaminedSource;
}

/** How a run's rows are looked at. */
export interface ExamineOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Rows that are rated together. */
const rowsAtOnce = 256;

/**
 * Reads the data of a run again and looks at what its model answers to the test part, or to the validation part where
 * there is no test. Memory does not grow with the data but for 8 bytes a training row.
 *
 * @param parts row numbers over all sources, as `train` told them.
 * @throws what reading the rows throws.
 */
export async function examineRun(
  model: RatingModel,
  sources: RunSources,
  parts: Parts,
  options: ExamineOptions,
): Promise<Examination> {
  const examiner = new RunExaminer(model, sources, parts, options);
  let row = 0;
  for (const source of [sources.main, sources.valid, sources.test]) {
    if (source === undefined) continue;
    const columns = examiner.columnsOf(source);
    for await (const found of source.rows(columns)) {
      options.signal?.throwIfAborted();
      examiner.read(row++, found);
    }
  }
  return examiner.conclude();
}

/** Looks at labelled rows that are not those of a training run, all of them held out. */
export async function examineRows(
  model: RatingModel,
  source: ExaminedSource,
  options: ExamineOptions,
): Promise<Examination> {
  const nothing = new Uint32Array();
  const all = Uint32Array.from({ length: source.length }, (_, row) => row);
  const examiner = new RunExaminer(
    model,
    { main: source },
    { train: nothing, validation: nothing, test: all },
    options,
    "given",
  );
  let row = 0;
  for await (const found of source.rows(examiner.columnsOf(source))) examiner.read(row++, found);
  return examiner.conclude();
}

/** Sorts a run's rows, as they are read, into what is looked at. */
class RunExaminer {
  readonly #model: RatingModel;
  readonly #part: ExaminedPart;
  readonly #held: HeldOutRows;
  readonly #others: PartRows[];
  readonly #heldSource: ExaminedSource;
  readonly #partOf: Uint8Array;
  readonly #choose: (() => boolean)[];
  readonly #hashes = new TextHashes();
  readonly #seed: number;
  readonly #truths: Truths;
  readonly #tokenizer: Tokenizer;
  #waiting: HeldOutRow[] = [];

  constructor(
    model: RatingModel,
    sources: RunSources,
    parts: Parts,
    options: ExamineOptions,
    part: ExaminedPart = parts.test.length > 0 ? "test" : "validation",
  ) {
    const { seed } = options;
    this.#model = model;
    this.#seed = seed;
    this.#truths = truthsOf(model.scale);
    this.#tokenizer = createTokenizer(model.config.tokenizer);
    this.#part = part;
    const held = part === "validation" ? parts.validation : parts.test;
    this.#heldSource = (part === "validation" ? sources.valid : sources.test) ?? sources.main;
    this.#held = new HeldOutRows(model, { name: part, rows: held.length }, this.#heldSource.columns);
    this.#others = [
      ...(part === "given" ? [] : [new PartRows("training", parts.train.length)]),
      ...(part === "test" ? [new PartRows("validation", parts.validation.length)] : []),
    ];
    const lists = [parts.train, ...(part === "test" ? [parts.validation] : [])];
    const total = [parts.train, parts.validation, parts.test].reduce(
      (most, list) => Math.max(most, (list.at(-1) ?? -1) + 1),
      0,
    );
    this.#partOf = new Uint8Array(total);
    for (const row of held) this.#partOf[row] = 1;
    for (const [index, list] of lists.entries()) for (const row of list) this.#partOf[row] = 2 + index;
    this.#choose = [() => false, ...[held, ...lists].map((list) => chooseEvenly(list.length, mostRows))];
  }

  columnsOf(source: ExaminedSource): readonly string[] {
    return source === this.#heldSource ? [...this.#held.columns.keys()] : [];
  }

  read(row: number, found: HeldOutRow): void {
    const part = this.#partOf[row] ?? 0;
    if (part === 2) this.#hashes.add(textKey(found.text));
    if (!this.#choose[part]()) return;
    if (part > 1) {
      const words = this.#tokenizer.tokenize(found.text).slice(0, this.#model.config.maxLength);
      const unknown = 1 - this.#model.vocabulary.knownShare(words);
      if (words.length > 0) this.#others[part - 2].add(found.text, this.#truths.of(found.label), unknown);
      return;
    }
    this.#waiting.push(found);
    if (this.#waiting.length >= rowsAtOnce) this.#rateWaiting();
  }

  #rateWaiting(): void {
    this.#held.rate(this.#waiting);
    this.#waiting = [];
  }

  conclude(): Examination {
    this.#rateWaiting();
    return conclude({
      model: this.#model,
      part: this.#part,
      held: this.#held,
      others: this.#others,
      trainingHashes: this.#hashes,
      seed: this.#seed,
    });
  }
}
