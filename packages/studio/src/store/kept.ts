/** What survives a reload: it is kept in this browser, and goes nowhere else. */
import { del, delMany, get, set, update } from "idb-keyval";
import type { Correction, DataChoice, Run, RunContents, Source, TrainChoice } from "../protocol.js";

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

const keys = { work: "work", checkpoint: "checkpoint", runs: "accounts" } as const;

const contentKey = (id: string): string => `content ${id}`;

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

/** The contents of runs, each under a key of its own, so that a list of runs brings none of them along. */
export const keptContents: RunContents = {
  keep: (id, content) => set(contentKey(id), content),
  find: (id) => get(contentKey(id)),
};

/** Adds the account of a run whose content is kept. @returns all that are kept now, the newest first. */
export function keepRun(run: Run): Promise<readonly Run[]> {
  return changeRuns((before) => [run, ...before.filter(({ id }) => id !== run.id)].slice(0, mostRuns));
}

/** Removes a run. @returns those that are left. */
export function forgetRun(id: string): Promise<readonly Run[]> {
  return changeRuns((before) => before.filter((run) => run.id !== id));
}

/** Changes the list, and removes the contents of runs that are no longer in it. */
async function changeRuns(change: (before: readonly Run[]) => readonly Run[]): Promise<readonly Run[]> {
  let runs: readonly Run[] = [];
  let dropped: readonly Run[] = [];
  await update<readonly Run[]>(keys.runs, (before = []) => {
    runs = change(before);
    dropped = before.filter(({ id }) => !runs.some((run) => run.id === id));
    return runs;
  });
  await delMany(dropped.map(({ id }) => contentKey(id)));
  return runs;
}
