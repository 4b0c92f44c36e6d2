import type { Parts, Recipe, RecipeName, TrainingSettings, TrainOptions } from "@starcast/core";
import type { LabelledRows, SourcedText } from "../data/readTexts.js";
import { InterruptedError } from "../errors.js";
import { count, counted, duration, score } from "../report/numbers.js";
import { northStar } from "../report/verdict.js";
import type { Core } from "../services.js";
import { shellWord } from "../shellWord.js";
import type { Interrupts } from "../terminal/interrupts.js";
import type { Output } from "../terminal/output.js";
import type { ProgressLine } from "../terminal/progress.js";
import { halve, type Job } from "../tune/halving.js";
import { describeChanges, drawSettings, shortenedTo } from "../tune/space.js";
import type { TrialLog, TrialRecord } from "../tune/trialLog.js";
import { wordVectorsFrom } from "../wordVectors.js";
import { divisionFrom } from "./division.js";
import { commandOn } from "./nextCommand.js";
import { defaultThreads } from "./shared.js";
import type { TuneOptions } from "./tune.js";

const usualBudget = 600;

/** What a search needs of its command. */
export interface SearchSurroundings {
  readonly core: Core;
  readonly values: TuneOptions;
  readonly paths: readonly string[];
  readonly recipe: RecipeName | Recipe;
  readonly rows: LabelledRows;
  readonly log: TrialLog;
  readonly output: Output;
  readonly progress: ProgressLine;
  readonly interrupts: Interrupts;
}

type TunedRows = AsyncIterable<SourcedText & { readonly part: string }>;

interface Trial {
  readonly job: Job<TrainingSettings>;
  readonly record: TrialRecord;
  readonly score: number;
}

/** One search, from the division of the rows to its best recipe. */
export class Search {
  readonly #around: SearchSurroundings;
  readonly #rows: TunedRows;
  readonly #base: TrainingSettings;
  readonly #deadline: number;
  #first: Trial | undefined;
  #best: Trial | undefined;
  #trained = 0;

  private constructor(around: SearchSurroundings, rows: TunedRows, base: TrainingSettings) {
    this.#around = around;
    this.#rows = rows;
    this.#base = base;
    this.#deadline = performance.now() + 1000 * (around.values.budget ?? usualBudget);
  }

  /** Divides the rows as training does, and takes the test part away. */
  static async create(around: SearchSurroundings): Promise<Search> {
    const { core, values, recipe, rows, output, log } = around;
    const parts = await core.divideRows(rows, { ...divisionOf(values), recipe });
    const { train, validation, test } = parts;
    output.tick(
      `${count(train.length)} rows to learn from, ${count(validation.length)} to judge by; ${count(test.length)} test rows are left out`,
    );
    if (log.size > 0) output.tick(`going on with the search in ${values.out}: ${counted(log.size, "training")} done`);
    const base = core.resolveSettings(typeof recipe === "string" ? core.recipes[recipe] : recipe, {}, train.length);
    return new Search(around, withoutTest(rows, parts), { ...base, members: 1 });
  }

  async run(): Promise<void> {
    const { core, values, output } = this.#around;
    output.heading("Search");
    await halve<TrainingSettings>({
      first: this.#base,
      draw: (trial) => drawSettings(this.#base, new core.Random(values.seed, `trial ${trial}`)),
      run: (job) => this.#try(job),
    });
    if (this.#best === undefined) {
      throw new InterruptedError("The search ended before one training was done, so there is nothing to keep.");
    }
  }

  /** What was found, and how to train with it. */
  report(): void {
    const { values, output } = this.#around;
    if (!this.#best || !this.#first) return;
    const { record, job } = this.#best;
    output.resultHeading(`Best of ${counted(this.#trained, "training")}`);
    output.line(
      `  ${record.measure} ${score(record.value ?? Number.NaN)} on rows that chose it, and so a little flattering: ${describeChanges(job.settings, this.#base)}`,
    );
    output.line(`  the recipe as it is: ${score(this.#first.record.value ?? Number.NaN)}`);
    const best = `${values.out}/best.json`;
    output.next([[this.#command(best), "train with it, and test it on rows that the search has not seen"]]);
    if (values.json)
      output.printJson({
        best,
        measure: record.measure,
        value: record.value,
        first: this.#first.record.value,
        trainings: this.#trained,
      });
  }

  /** @returns the score; undefined when the time is over. */
  async #try(job: Job<TrainingSettings>): Promise<number | undefined> {
    const { log } = this.#around;
    const settings = shortenedTo(job.settings, job.share);
    const recipe: Recipe = {
      ...settings,
      name: `trial ${job.trial}`,
      description: `Found by starcast tune: ${describeChanges(settings, this.#base)}.`,
    };
    const known = log.find(job);
    const record = known ?? (await this.#train(job, recipe));
    if (record === undefined) return undefined;
    this.#trained++;
    const isLower = record.measure === "RMSE";
    const value = record.value ?? Number.NaN;
    const scored = isLower ? value : -value;
    const trial = { job: { ...job, settings }, record, score: scored };
    this.#first ??= trial;
    const isBest = this.#best === undefined || scored < this.#best.score;
    if (isBest) {
      this.#best = trial;
      await log.keepBest(recipe);
    }
    this.#tell(trial, { isBest, isKnown: known !== undefined });
    return scored;
  }

  #tell({ job, record }: Trial, { isBest, isKnown }: { isBest: boolean; isKnown: boolean }): void {
    const { output, progress } = this.#around;
    progress.clear();
    const value = record.value === null ? "diverged" : `${record.measure} ${score(record.value)}`;
    const took = isKnown ? "from before" : duration(record.seconds);
    const line = `  ${String(job.trial).padStart(3)}  ${String(Math.round(100 * job.share)).padStart(3)} % of the epochs  ${value}  ${took}  ${output.dim(describeChanges(job.settings, this.#base))}`;
    output.info(isBest ? `${line}  ${output.green("best so far")}` : line);
  }

  async #train(job: Job<TrainingSettings>, recipe: Recipe): Promise<TrialRecord | undefined> {
    const { log, interrupts } = this.#around;
    const isFirst = this.#first === undefined;
    const left = this.#deadline - performance.now();
    if (interrupts.signal.aborted || (!isFirst && left <= 0)) return undefined;
    // One training is always finished, however short the time.
    const time = timeLimit(interrupts.signal, isFirst ? undefined : left);
    const { signal } = time;
    const started = performance.now();
    let result: { measure: string; value: number } | undefined;
    try {
      result = await this.#measure(job, recipe, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Error && error.name === "DivergedError")) throw error;
      result = { measure: this.#first?.record.measure ?? "RMSE", value: Number.NaN };
    } finally {
      time.clear();
    }
    if (result === undefined) return undefined;
    await log.keepRecipe(job, recipe);
    const path = log.recipePath(job);
    const record: TrialRecord = {
      trial: job.trial,
      share: job.share,
      measure: result.measure,
      value: Number.isFinite(result.value) ? result.value : null,
      seconds: (performance.now() - started) / 1000,
      recipe: path,
      command: this.#replay(path),
    };
    await log.record(record);
    return record;
  }

  /** The measure on the validation part, or by cross-validation; undefined when the signal ended the training. */
  async #measure(
    job: Job<TrainingSettings>,
    recipe: Recipe,
    signal: AbortSignal,
  ): Promise<{ measure: string; value: number } | undefined> {
    const { core, values, progress } = this.#around;
    const { task, labels, seed, threads = defaultThreads(), vectors, cv, group } = values;
    const wordVectors = vectors === undefined ? undefined : wordVectorsFrom(vectors, core);
    const shared = { recipe, task, labels, seed, threads, wordVectors, baselines: false, signal };
    const show = (share: number): void =>
      progress.update(share, `trial ${job.trial} · ${Math.round(100 * job.share)} % of the epochs`);
    if (cv !== undefined) {
      const folds = { ...shared, folds: cv, ...(group !== undefined && { splitBy: "group" as const }) };
      for await (const event of core.crossValidate(this.#rows, folds)) {
        if (event.type === "fold") show(event.fold / cv);
        if (event.type === "done")
          return { measure: northStar(event.result.evaluation).name, value: event.result.spread.mean };
      }
      return undefined;
    }
    // The parts hold what belongs together, and no copies, already.
    for await (const event of core.train(this.#rows, { ...shared, splitBy: "part", keepDuplicates: true })) {
      if (event.type === "batch") show(event.rowsDone / event.rows);
      if (event.type !== "done") continue;
      event.model.dispose();
      if (event.reason === "aborted") return undefined;
      const { name, value } = northStar(event.metrics.validation);
      return { measure: name, value };
    }
    return undefined;
  }

  /** Trains with a recipe on the same rows, and tests on those that the search was not given. */
  #command(recipe: string): string {
    const { values, paths } = this.#around;
    return commandOn("train", paths, values, ["--recipe", shellWord(recipe), ...this.#divisionFlags()]);
  }

  /** Measures a recipe once more as the search did. Of cross-validations, a search without time does one: of its own recipe. */
  #replay(recipe: string): string {
    const { values, paths } = this.#around;
    if (values.cv === undefined) return this.#command(recipe);
    const out = recipe.replace(/\.json$/, "-again");
    const search = ["--cv", String(values.cv), "--budget", "0.001s", "--out", shellWord(out)];
    return commandOn("tune", paths, values, ["--recipe", shellWord(recipe), ...search, ...this.#divisionFlags()]);
  }

  /** What divides the rows as this search does. */
  #divisionFlags(): string[] {
    const { values } = this.#around;
    const flags = {
      "--group": values.group,
      "--split-column": values.splitColumn,
      "--time": values.time,
      "--vectors": values.vectors,
    };
    const more = Object.entries(flags).flatMap(([flag, value]) =>
      value === undefined ? [] : [flag, shellWord(value)],
    );
    // The recipe file does not tell how the recipe that it came from divides rows.
    const { core, recipe: start } = this.#around;
    const held = core.heldBackFor(typeof start === "string" ? core.recipes[start] : start, {
      ...values,
      keepDuplicates: values.keepDuplicates || undefined,
    });
    if (held.validationFraction !== 0.1) more.push("--validation-fraction", String(held.validationFraction));
    if (held.testFraction !== 0.2 && values.splitColumn === undefined) {
      more.push("--test-fraction", String(held.testFraction));
    }
    if (held.keepDuplicates) more.push("--keep-duplicates");
    if (values.skipBadRows) more.push("--skip-bad-rows");
    if (values.seed !== 1) more.push("--seed", String(values.seed));
    return more;
  }
}

/** A signal that is aborted with another one, or when the time is over. @param milliseconds absent: no limit. */
function timeLimit(other: AbortSignal, milliseconds: number | undefined): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(other.reason);
  if (other.aborted) abort();
  other.addEventListener("abort", abort);
  const timer = milliseconds === undefined ? undefined : setTimeout(abort, Math.ceil(milliseconds));
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      other.removeEventListener("abort", abort);
    },
  };
}

function divisionOf(values: TuneOptions): TrainOptions {
  const { validationFraction, testFraction, seed } = values;
  return { validationFraction, testFraction, seed, ...divisionFrom(values) };
}

/** The rows of the other two parts, each with the name of its part. */
function withoutTest(rows: LabelledRows, { train, validation }: Parts): AsyncIterable<SourcedText & { part: string }> {
  const partOf = new Uint8Array(rows.length);
  for (const row of train) partOf[row] = 1;
  for (const row of validation) partOf[row] = 2;
  const names = ["", "train", "validation"];
  return {
    async *[Symbol.asyncIterator]() {
      let position = 0;
      for await (const row of rows) {
        const part = names[partOf[position++]];
        if (part !== "") yield { ...row, part };
      }
    },
  };
}
