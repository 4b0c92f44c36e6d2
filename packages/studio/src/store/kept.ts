/** What survives a reload: it is kept in this browser, and goes nowhere else. */
import { del, get, set, update } from "idb-keyval";
import type { Correction, DataChoice, Run, Source, TrainChoice } from "../protocol.js";

/** A training that was begun. */
export interface KeptTraining {
  readonly choice: TrainChoice;
  readonly name: string;
  /** The run whose division is kept. */
  readonly divisionOf?: string;
}

/** Work in progress. */
export interface KeptWork {
  readonly source: Source;
  readonly choice?: DataChoice;
  readonly corrections?: readonly Correction[];
  /** A training that was begun and has not ended. */
  readonly training?: KeptTraining;
}

const keys = { work: "work", checkpoint: "checkpoint", runs: "runs" } as const;

/** Runs that are kept at most; the oldest are forgotten first. */
const mostRuns = 12;

/** What was worked on when the page was left. */
export async function keptWork(): Promise<{ work?: KeptWork; checkpoint?: Uint8Array; runs: readonly Run[] }> {
  const [work, checkpoint, runs] = await Promise.all([
    get<KeptWork>(keys.work),
    get<Uint8Array>(keys.checkpoint),
    get<readonly Run[]>(keys.runs),
  ]);
  return { ...(work && { work }), ...(checkpoint && { checkpoint }), runs: runs ?? [] };
}

export async function keepWork(work: KeptWork): Promise<void> {
  await set(keys.work, work);
}

export async function keepCheckpoint(bytes: Uint8Array): Promise<void> {
  await set(keys.checkpoint, bytes);
}

export async function forgetCheckpoint(): Promise<void> {
  await del(keys.checkpoint);
}

/** Adds a run. @returns all that are kept now, the newest first. */
export async function keepRun(run: Run): Promise<readonly Run[]> {
  let kept: readonly Run[] = [];
  await update<readonly Run[]>(keys.runs, (before = []) => {
    kept = [run, ...before.filter(({ id }) => id !== run.id)].slice(0, mostRuns);
    return [...kept];
  });
  return kept;
}

/** Removes a run. @returns those that are left. */
export async function forgetRun(id: string): Promise<readonly Run[]> {
  let kept: readonly Run[] = [];
  await update<readonly Run[]>(keys.runs, (before = []) => {
    kept = before.filter((run) => run.id !== id);
    return [...kept];
  });
  return kept;
}
