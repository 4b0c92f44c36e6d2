/** What the learning worker can do, apart from being a worker. */
import { type CheckpointOptions, compareAnswers, type PairedDifference, type Parts } from "@starcast/core";
import { contentOf, modelOf } from "../contents.js";
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
  RunContent,
  RunContents,
  Source,
  TrainChoice,
  TrainNews,
  TrainOrder,
} from "../protocol.js";
import { readFile } from "../reading/readFile.js";
import type { Table } from "../reading/table.js";
import type { DiskRows } from "../store/server.js";
import { auditDataset, correctedCsv } from "./auditing.js";
import { Dataset, describeTable, sampleTable } from "./dataset.js";
import { diskData } from "./diskData.js";
import { HeldOut, heldRows } from "./looking.js";
import { learn, runOf, TrainingControl } from "./training.js";

/** What a learner keeps, and where. */
export interface LearnerOptions {
  readonly contents: RunContents;
  /** Asks the server for the rows of a run from disk. */
  readonly readRows?: (diskId: string) => Promise<DiskRows>;
  /** Where the state of a training is kept; nothing is kept when absent. */
  readonly checkpoints?: CheckpointOptions;
}

/** The rows that a run learned from and was measured on, as they were. */
interface RunRows {
  readonly dataset: Dataset;
  readonly parts: Parts;
}

/** Holds a table, the rows chosen from it, and what a model answers to those that it did not learn from. */
export class Learner {
  readonly #contents: RunContents;
  readonly #checkpoints: CheckpointOptions | undefined;
  readonly #readRows: LearnerOptions["readRows"];
  /** The rows of the run from disk that was looked at last. */
  #disk: (RunRows & { readonly id: string }) | undefined;
  #table: Table | undefined;
  #choice: DataChoice | undefined;
  #corrections: readonly Correction[] = [];
  #dataset: Dataset | undefined;
  #control: TrainingControl | undefined;
  /** The rows of the run that was looked at last. */
  #held: { readonly id: string; readonly rows: HeldOut } | undefined;

  constructor({ contents, readRows, checkpoints }: LearnerOptions) {
    this.#contents = contents;
    this.#readRows = readRows;
    this.#checkpoints = checkpoints;
  }

  async open(source: Source): Promise<OpenedTable> {
    const table = source.kind === "sample" ? sampleTable() : await readFile(source.file);
    const described = describeTable(table);
    this.#table = table;
    this.#choice = undefined;
    this.#dataset = undefined;
    this.#corrections = [];
    this.#forgetHeld();
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
    const parts = division && (await this.#partsOf(division));
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
        const { run, content } = await runOf(done, {
          name,
          data,
          choice,
          corrections: this.#corrections,
          ...(division && { divisionOf: division.id }),
        });
        return await this.#keep(run, content);
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
    const held = await this.#heldOf(run);
    return held.look(run.metrics);
  }

  held(question: HeldQuestion): { count: number; rows: HeldRow[] } {
    if (this.#held === undefined) throw new Problem("not-looked", "Look at a model first.");
    return this.#held.rows.find(question);
  }

  async report(run: Run): Promise<string> {
    const look = await this.look(run);
    const { dataset } = await this.#rowsOf(run);
    const { makeReport } = await import("./report.js");
    return makeReport(run, dataset, look.examination);
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
    const both = [await this.#rowsOf(first), await this.#rowsOf(second)] as const;
    const [held, others] = both.map(heldKeys);
    const later = both[first.at > second.at ? 0 : 1].dataset;
    const rows = later.rows.filter((row) => held.has(keyOf(row)) && others.has(keyOf(row)));
    if (rows.length === 0) {
      throw new Problem(
        "no-common-rows",
        "The two runs have no held-out row in common. Train both on the same data with the same seed.",
      );
    }
    const [a, b] = await Promise.all(
      [first, second].map(async (run) => {
        const model = await modelOf(await contentOf(run, this.#contents));
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

  async #heldOf(run: Run): Promise<HeldOut> {
    if (this.#held?.id === run.id) return this.#held.rows;
    const { dataset, parts } = await this.#rowsOf(run);
    const rows = await HeldOut.rate(dataset, parts, await modelOf(await contentOf(run, this.#contents)));
    this.#forgetHeld();
    this.#held = { id: run.id, rows };
    return rows;
  }

  #forgetHeld(): void {
    this.#held?.rows.dispose();
    this.#held = undefined;
  }

  /** Puts what is large where it lies from now on; where nothing can be kept, the run brings it along. */
  async #keep(run: Run, content: RunContent): Promise<Run> {
    try {
      await this.#contents.keep(run.id, content);
      return run;
    } catch {
      return { ...run, content };
    }
  }

  /** The rows of a run as they were when it learned from them. */
  async #rowsOf(run: Run): Promise<RunRows> {
    if (run.diskId !== undefined) return this.#diskRowsOf(run, run.diskId);
    const table = this.#openTable();
    const { parts } = await contentOf(run, this.#contents);
    if (parts === undefined) throw new Problem("no-parts", `It is not known which rows “${run.name}” learned from.`);
    const count = Math.max(...[parts.train, parts.validation, parts.test].map((rows) => (rows.at(-1) ?? -1) + 1));
    const dataset = new Dataset(table, run.data.choice, run.corrections);
    if (run.data.name === table.name && count <= dataset.rows.length) return { dataset, parts };
    throw new Problem(
      "other-data",
      `“${run.name}” was trained on ${run.data.name}. Open that file under Data to look at its rows.`,
    );
  }

  async #diskRowsOf(run: Run, diskId: string): Promise<RunRows> {
    if (this.#disk?.id === run.id) return this.#disk;
    if (this.#readRows === undefined) throw new Problem("no-server", `“${run.name}” lies on a disk without a server.`);
    const rows = diskData(run, await this.#readRows(diskId));
    this.#disk = { id: run.id, ...rows };
    return this.#disk;
  }

  /** The part of each row, by its number. */
  async #partsOf(run: Run): Promise<Map<number, string>> {
    if (run.diskId !== undefined) {
      throw new Problem(
        "no-parts",
        `“${run.name}” was opened from disk, and corrections are measured against runs of this page. Train once on the data that is open here, then again with the corrections.`,
      );
    }
    const { dataset, parts } = await this.#rowsOf(run);
    return new Map(
      Object.entries(parts).flatMap(([part, positions]: [string, Uint32Array]) =>
        Array.from(positions, (position) => [dataset.rows[position].row, part] as const),
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

/** The same for the same row of the same data, wherever a run has it from. */
function keyOf({ row, text }: { readonly row: number; readonly text: string }): string {
  return `${row} ${text}`;
}

/** Keys of the rows that judge a run's model. */
function heldKeys({ dataset, parts }: RunRows): ReadonlySet<string> {
  return new Set(Array.from(heldRows(parts), (position) => keyOf(dataset.rows[position])));
}
