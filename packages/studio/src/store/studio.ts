/** The state of the studio, and everything that a person can do with it. */
import { asProblem, Problem, type ProblemFacts } from "../problem.js";
import type {
  AnswererQuestions,
  Audit,
  AuditNews,
  Correction,
  DataChoice,
  DataSummary,
  LearnerQuestions,
  Look,
  OpenedTable,
  Run,
  Source,
  TrainChoice,
} from "../protocol.js";
import type { WorkerClient } from "../workers/channel.js";
import { diskRun } from "./diskRun.js";
import {
  forgetCheckpoint,
  forgetRun,
  type KeptTraining,
  type KeptWork,
  keepRun,
  keepWork,
  keptContents,
  keptWork,
} from "./kept.js";
import { afterNews, freshProgress, type Progress } from "./progress.js";
import { withKept, withRun } from "./runList.js";
import { type DiskRun, readRun, trainOnServer } from "./server.js";
import { Store } from "./store.js";
import { threadsHere } from "./threads.js";

/** What the workers do, for sentences about them. */
export const works = { learner: "reads and learns", answerer: "answers" } as const;

/** All that pages show. */
export interface StudioState {
  /** What was kept has been looked at. */
  readonly ready: boolean;
  readonly source?: Source;
  readonly table?: OpenedTable;
  readonly choice?: DataChoice;
  readonly summary?: DataSummary;
  /** What the learning worker is doing, in words. */
  readonly busy?: string;
  readonly problem?: ProblemFacts;
  /** A worker that has not been heard for long. */
  readonly silent?: keyof typeof works;
  readonly progress?: Progress;
  /** A training that was cut off, with what it goes on from. */
  readonly interrupted?: KeptTraining & { readonly checkpoint: Uint8Array };
  /** The newest first. */
  readonly runs: readonly Run[];
  /** The run whose model is looked at and asked. */
  readonly current?: Run;
  readonly look?: { readonly id: string; readonly look: Look };
  readonly corrections: readonly Correction[];
  readonly audit?: Audit;
  /** An audit under way. */
  readonly auditing?: AuditNews;
}

/** Hides the workers and what is kept behind actions; components follow `store`. */
export class Studio {
  readonly store = new Store<StudioState>({ ready: false, runs: [], corrections: [] });
  readonly learner: WorkerClient<LearnerQuestions>;
  readonly answerer: WorkerClient<AnswererQuestions>;
  /** The run whose model the answering worker holds. */
  #loaded: string | undefined;
  /** The training under way. */
  #training: KeptTraining | undefined;

  constructor(learner: WorkerClient<LearnerQuestions>, answerer: WorkerClient<AnswererQuestions>) {
    this.learner = learner;
    this.answerer = answerer;
    learner.onDeath = (problem) => void this.#afterDeath(problem);
    answerer.onDeath = () => {
      this.#loaded = undefined;
    };
    learner.onSilence = (isSilent) => this.store.update({ silent: isSilent ? "learner" : undefined });
    answerer.onSilence = (isSilent) => this.store.update({ silent: isSilent ? "answerer" : undefined });
  }

  /** Takes up what was worked on when the page was left. */
  async recall(): Promise<void> {
    try {
      const { work, checkpoint, runs } = await keptWork();
      this.store.update({ runs, ...(runs[0] && { current: runs[0] }) });
      if (work) await this.#recallWork(work, checkpoint);
    } catch (error) {
      this.#tell(error);
    } finally {
      this.store.update({ ready: true });
    }
  }

  /** Opens a file or the sample; chooses its columns where the guess is clear. */
  async open(source: Source): Promise<void> {
    await this.#work("Reading the data", async () => {
      const table = await this.learner.ask("open", source);
      this.store.update({
        source,
        table,
        choice: undefined,
        summary: undefined,
        look: undefined,
        corrections: [],
        audit: undefined,
        interrupted: undefined,
      });
      await forgetCheckpoint();
      const { text, label } = table;
      if (text.columns.length > 0 && label.columns.length > 0) {
        await this.#choose({ text: text.columns, label: label.columns[0], task: "rating" });
      } else await this.#keep();
    });
  }

  async choose(choice: DataChoice): Promise<void> {
    await this.#work("Checking the rows", () => this.#choose(choice));
  }

  /** Trains; resolves when it has ended. */
  async train(choice: TrainChoice): Promise<void> {
    await this.#train({ choice, name: this.#nextName() });
  }

  /** Lets the server train on the rows as they are corrected; the page of its runs follows. */
  async trainOnServer(choice: TrainChoice): Promise<void> {
    await this.#work("Sending the rows to the server of this machine", async () => {
      const { choice: data } = this.store.state;
      if (data === undefined) throw new Problem("no-columns", "Choose the columns under Data first.");
      await trainOnServer(await this.learner.ask("corrected", null), data, choice);
      location.hash = "#runs";
    });
  }

  /** Trains again as in a run, on the same division of the rows, with the corrections made since. */
  async retrain(run: Run): Promise<void> {
    const { choice } = run;
    await this.#train({ choice, name: this.#nextName(), divisionOf: run.divisionOf ?? run.id });
  }

  /** Goes on with a training that was cut off. */
  async resume(): Promise<void> {
    const { interrupted } = this.store.state;
    if (interrupted === undefined) return;
    const { checkpoint, ...training } = interrupted;
    await this.#train(training, checkpoint);
  }

  /** Looks for ratings that contradict their texts. */
  async audit(): Promise<void> {
    const { current } = this.store.state;
    const choice = current?.choice ?? { recipe: "best", seed: 1, threads: threadsHere().threads };
    this.store.update({ auditing: { fold: 1, folds: 5, share: 0 }, problem: undefined });
    try {
      const audit = await this.learner.ask("audit", choice, (auditing) => this.store.update({ auditing }));
      this.store.update({ audit });
    } catch (error) {
      if (asProblem(error).code !== "stopped") this.#tell(error);
    } finally {
      this.store.update({ auditing: undefined });
    }
  }

  async discardInterrupted(): Promise<void> {
    this.store.update({ interrupted: undefined });
    await forgetCheckpoint();
    await this.#keep();
  }

  async pause(paused: boolean): Promise<void> {
    const { progress } = this.store.state;
    if (progress) this.store.update({ progress: { ...progress, paused } });
    await this.learner.ask("pause", paused);
  }

  async stop(): Promise<void> {
    const { progress } = this.store.state;
    if (progress) this.store.update({ progress: { ...progress, stopping: true, paused: false } });
    await this.learner.ask("stop", null);
  }

  /** Ends the worker that is not heard. A training that it was at goes on from what was kept of it, or begins anew. */
  async restart(): Promise<void> {
    const { silent } = this.store.state;
    const training = this.#training;
    const problem = new Problem(
      "worker-died",
      "The background worker did not answer and was ended. Another one has taken its place; ask it once more.",
    );
    if (silent === "answerer") {
      this.#loaded = undefined;
      this.answerer.end(problem);
      return;
    }
    this.learner.end(problem);
    await this.#afterDeath(problem);
    if (training === undefined) return;
    if (this.store.state.interrupted) await this.resume();
    else if (this.store.state.summary) await this.#train(training);
  }

  /** Shows another run's model. */
  select(run: Run): void {
    this.store.update({ current: run });
  }

  async forget(run: Run): Promise<void> {
    const kept = await forgetRun(run.id).catch(() => []);
    const { current } = this.store.state;
    const runs = withKept(
      this.store.state.runs.filter(({ id }) => id !== run.id),
      kept,
    );
    this.store.update({ runs, current: current?.id === run.id ? runs[0] : current });
  }

  /** Opens a run of the server's folders: its model can be asked, exported and compared by its curves. */
  async openRun(disk: DiskRun): Promise<void> {
    await this.#work(`Opening ${disk.name}`, async () => {
      const files = await readRun(disk);
      const account = await this.answerer.ask("account", files);
      if (account === null) {
        throw new Problem(
          "no-metrics",
          `${disk.name} has no metrics.json, the account of its training, so it cannot be opened here.`,
        );
      }
      const run = diskRun(disk, account);
      const isKept = await keptContents.keep(run.id, { files }).then(
        () => true,
        () => false,
      );
      await this.#list(isKept ? run : { ...run, content: { files } });
      location.hash = "#try";
    });
  }

  /** Looks at the answers of the current run's model to rows that it did not learn from. */
  async look(): Promise<void> {
    const { current, look } = this.store.state;
    if (current === undefined || look?.id === current.id) return;
    await this.#work("Rating the held-out rows", async () => {
      const found = await this.learner.ask("look", current);
      this.store.update({ look: { id: current.id, look: found } });
    });
  }

  /** Changes labels, or leaves rows out, from the next training on. */
  async correct(corrections: readonly Correction[]): Promise<void> {
    this.store.update({ corrections });
    await this.learner.ask("correct", corrections);
    await this.#keep();
  }

  /** Makes sure that the answering worker holds the current model. @throws {Problem} when there is none. */
  async loadCurrent(): Promise<Run> {
    const { current } = this.store.state;
    if (current === undefined) throw new Problem("no-model", "There is no model yet. Train one first.");
    if (this.#loaded !== current.id) {
      await this.answerer.ask("load", current);
      this.#loaded = current.id;
    }
    return current;
  }

  /** Runs something that takes a while; a problem is shown. @returns whether it went well. */
  async attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    return this.#work(what, work);
  }

  dismissProblem(): void {
    this.store.update({ problem: undefined });
  }

  async #train(training: KeptTraining, resumeFrom?: Uint8Array): Promise<void> {
    const { choice, name, divisionOf } = training;
    const division = this.store.state.runs.find(({ id }) => id === divisionOf);
    this.store.update({ progress: freshProgress(name, choice), interrupted: undefined, problem: undefined });
    if (resumeFrom === undefined) await forgetCheckpoint();
    await this.#keep(training);
    this.#training = training;
    try {
      const order = { choice, name, ...(resumeFrom && { resumeFrom }), ...(division && { division }) };
      const run = await this.learner.ask("train", order, (news) => {
        const { progress } = this.store.state;
        if (progress) this.store.update({ progress: afterNews(progress, news) });
      });
      await this.#list(run);
      this.store.update({ progress: undefined });
      await forgetCheckpoint();
      await this.#keep();
    } catch (error) {
      this.store.update({ progress: undefined });
      await this.#afterFailure(asProblem(error), training, resumeFrom);
    } finally {
      this.#training = undefined;
    }
  }

  /** Lists a run as the newest, and shows its model from now on. */
  async #list(run: Run): Promise<void> {
    // Private windows and full disks keep nothing: the list is then that of this visit.
    const kept = run.content ? undefined : await keepRun(run).catch(() => undefined);
    this.store.update({ runs: withRun(this.store.state.runs, run, kept), current: run });
  }

  async #afterFailure(problem: Problem, training: KeptTraining, resumeFrom?: Uint8Array): Promise<void> {
    // After a death what was kept stays, so that the training can go on.
    if (problem.code === "worker-died") return;
    this.#tell(problem);
    // Stopped before it had caught up: what it was to go on from is still there.
    if (problem.code === "stopped" && resumeFrom) {
      this.store.update({ interrupted: { ...training, checkpoint: resumeFrom } });
      return;
    }
    await forgetCheckpoint();
    await this.#keep();
  }

  #nextName(): string {
    return `Run ${1 + Math.max(0, ...this.store.state.runs.map(({ name }) => numberIn(name)))}`;
  }

  async #choose(choice: DataChoice): Promise<void> {
    const summary = await this.learner.ask("choose", choice);
    this.store.update({ choice, summary });
    await this.#keep();
  }

  async #recallWork(work: KeptWork, checkpoint: Uint8Array | undefined): Promise<void> {
    const { source, choice, training, corrections = [] } = work;
    const table = await this.learner.ask("open", source);
    this.store.update({ source, table, corrections });
    if (choice === undefined) return;
    if (corrections.length > 0) await this.learner.ask("correct", corrections);
    const summary = await this.learner.ask("choose", choice);
    this.store.update({ choice, summary });
    if (training && checkpoint) this.store.update({ interrupted: { ...training, checkpoint } });
  }

  /** A new worker takes up the data; a training that was under way can be gone on with. */
  async #afterDeath(problem: Problem): Promise<void> {
    this.store.update({ progress: undefined, busy: undefined, problem });
    try {
      const { work, checkpoint } = await keptWork();
      if (work) await this.#recallWork(work, checkpoint);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #keep(training?: KeptTraining): Promise<void> {
    const { source, choice, corrections } = this.store.state;
    if (source === undefined) return;
    try {
      await keepWork({ source, corrections, ...(choice && { choice }), ...(training && { training }) });
    } catch {
      // Private windows and full disks keep nothing; all else works.
    }
  }

  async #work(busy: string, work: () => Promise<void>): Promise<boolean> {
    this.store.update({ busy, problem: undefined });
    try {
      await work();
      return true;
    } catch (error) {
      this.#tell(error);
      return false;
    } finally {
      this.store.update({ busy: undefined });
    }
  }

  #tell(error: unknown): void {
    const { code, message } = asProblem(error);
    this.store.update({ problem: { code, message } });
  }
}

function numberIn(name: string): number {
  return Number(/^Run (\d+)$/.exec(name)?.[1] ?? 0);
}
