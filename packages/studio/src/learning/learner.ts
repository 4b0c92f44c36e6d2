/** What the learning worker can do, apart from being a worker. */
import {
  type CheckpointOptions,
  compareAnswers,
  memoryFolder,
  type PairedDifference,
  RatingModel,
} from "@starcast/core";
import { Problem } from "../problem.js";
import type {
  Audit,
  AuditNews,
  Correction,
  DataChoice,
  DataSummary,
  HeldQuestion,
  HeldRow,
  Look,
  OpenedTable,
  Run,
  Source,
  TrainChoice,
  TrainNews,
  TrainOrder,
} from "../protocol.js";
import { readFile } from "../reading/readFile.js";
import type { Table } from "../reading/table.js";
import { auditDataset, correctedCsv } from "./auditing.js";
import { Dataset, describeTable, sampleTable } from "./dataset.js";
import { HeldOut } from "./looking.js";
import { learn, runOf, TrainingControl } from "./training.js";

/** Holds a table, the rows chosen from it, and what a model answers to those that it did not learn from. */
export class Learner {
  readonly #checkpoints: CheckpointOptions | undefined;
  #table: Table | undefined;
  #choice: DataChoice | undefined;
  #corrections: readonly Correction[] = [];
  #dataset: Dataset | undefined;
  #control: TrainingControl | undefined;
  /** The rows of the run that was looked at last. */
  #held: { readonly id: string; readonly rows: HeldOut } | undefined;

  /** @param checkpoints where the state of a training is kept; nothing is kept when absent. */
  constructor(checkpoints?: CheckpointOptions) {
    this.#checkpoints = checkpoints;
  }

  async open(source: Source): Promise<OpenedTable> {
    const table = source.kind === "sample" ? sampleTable() : await readFile(source.file);
    const described = describeTable(table);
    this.#table = table;
    this.#choice = undefined;
    this.#dataset = undefined;
    this.#corrections = [];
    this.#held = undefined;
    return described;
  }

  choose(choice: DataChoice): Promise<DataSummary> {
    this.#dataset = new Dataset(this.#openTable(), choice, this.#corrections);
    this.#choice = choice;
    return this.#dataset.summary();
  }

  /** Learns from corrected rows from now on. */
  correct(corrections: readonly Correction[]): void {
    this.#corrections = corrections;
    if (this.#choice) this.#dataset = new Dataset(this.#openTable(), this.#choice, corrections);
  }

  async train(order: TrainOrder, tell: (news: TrainNews) => void): Promise<Run> {
    const dataset = this.#chosen();
    const { choice, resumeFrom, name, division } = order;
    const parts = division && this.#partsOf(division);
    const control = this.#take();
    try {
      const done = await learn(dataset, {
        choice,
        control,
        checkpoints: this.#checkpoints,
        resumeFrom,
        parts,
        tell,
      });
      const data = { name: dataset.table.name, choice: dataset.choice };
      try {
        return await runOf(done, {
          name,
          data,
          choice,
          corrections: this.#corrections,
          ...(division && { divisionOf: division.id }),
        });
      } finally {
        done.model.dispose();
      }
    } finally {
      this.#control = undefined;
    }
  }

  pause(isPaused: boolean): void {
    this.#control?.pause(isPaused);
  }

  stop(): void {
    this.#control?.stop();
  }

  /** Rates the held-out rows of a run, which has to be of the present data. */
  async look(run: Run): Promise<Look> {
    const held = await this.#rowsOf(run);
    return held.look();
  }

  held(question: HeldQuestion): { count: number; rows: HeldRow[] } {
    if (this.#held === undefined) throw new Problem("not-looked", "Look at a model first.");
    return this.#held.rows.find(question);
  }

  async report(run: Run): Promise<string> {
    const look = await this.look(run);
    const { makeReport } = await import("./report.js");
    return makeReport(run, look.examination);
  }

  async audit(choice: TrainChoice, tell: (news: AuditNews) => void): Promise<Audit> {
    const dataset = this.#chosen();
    const { signal } = this.#take();
    try {
      return await auditDataset(dataset, choice, { signal, tell });
    } finally {
      this.#control = undefined;
    }
  }

  corrected(): string {
    return correctedCsv(this.#chosen(), this.#corrections);
  }

  /** Whether two runs differ by more than chance, on rows that neither has learned from. */
  async compare([first, second]: readonly [Run, Run]): Promise<readonly PairedDifference[]> {
    const later = this.#datasetOf(first.at > second.at ? first : second);
    const numbers = heldNumbers(this.#datasetOf(first), first);
    const others = heldNumbers(this.#datasetOf(second), second);
    const rows = later.rows.filter(({ row }) => numbers.has(row) && others.has(row));
    if (rows.length === 0) {
      throw new Problem(
        "no-common-rows",
        "The two runs have no held-out row in common. Train both on the same data with the same seed.",
      );
    }
    const [a, b] = await Promise.all(
      [first, second].map(async (run) => {
        const model = await modelOf(run);
        try {
          return { rated: await model.rate(rows), scale: model.scale };
        } finally {
          model.dispose();
        }
      }),
    );
    return compareAnswers(a.rated, b.rated, a.scale, { seed: 1 });
  }

  #take(): TrainingControl {
    if (this.#control) throw new Problem("busy", "Something is being trained already. Stop it first, or wait.");
    this.#control = new TrainingControl();
    return this.#control;
  }

  async #rowsOf(run: Run): Promise<HeldOut> {
    if (this.#held?.id === run.id) return this.#held.rows;
    const rows = await HeldOut.rate(this.#datasetOf(run), await modelOf(run), run);
    this.#held = { id: run.id, rows };
    return rows;
  }

  /** The rows as they were when a run learned from them. */
  #datasetOf(run: Run): Dataset {
    const table = this.#openTable();
    const { train, validation, test } = run.parts;
    if (train.length === 0) {
      throw new Problem(
        "no-parts",
        `“${run.name}” was opened from disk, where it is not told which rows it learned from; its report is in its folder. Models that were trained here can be looked at.`,
      );
    }
    const count = Math.max(...[train, validation, test].map((rows) => (rows.at(-1) ?? -1) + 1));
    const dataset = new Dataset(table, run.data.choice, run.corrections);
    if (run.data.name === table.name && count <= dataset.rows.length) return dataset;
    throw new Problem(
      "other-data",
      `“${run.name}” was trained on ${run.data.name}. Open that file under Data to look at its rows.`,
    );
  }

  /** The part of each row, by its number. */
  #partsOf(run: Run): Map<number, string> {
    const { rows } = this.#datasetOf(run);
    return new Map(
      Object.entries(run.parts).flatMap(([part, positions]: [string, Uint32Array]) =>
        Array.from(positions, (position) => [rows[position].row, part] as const),
      ),
    );
  }

  #openTable(): Table {
    if (this.#table) return this.#table;
    throw new Problem("no-data", "There is no data yet. Choose a file under Data.");
  }

  #chosen(): Dataset {
    this.#openTable();
    if (this.#dataset) return this.#dataset;
    throw new Problem("no-columns", "The columns with texts and ratings are not chosen yet. Choose them under Data.");
  }
}

function modelOf({ files }: Run): Promise<RatingModel> {
  return RatingModel.load(memoryFolder(files));
}

/** Numbers of the rows that judge a run's model. */
function heldNumbers({ rows }: Dataset, { parts }: Run): ReadonlySet<number> {
  return new Set(Array.from(parts.test.length > 0 ? parts.test : parts.validation, (position) => rows[position].row));
}
