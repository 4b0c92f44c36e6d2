/** The runs that a page lists: those that the browser keeps, and the few that it could not. */
import type { Run } from "../protocol.js";

/** Models that are held in memory at most because the browser keeps none; older ones are forgotten. */
const mostUnkept = 2;

/** The list with another run, the newest first. @param kept what the browser keeps now; absent where it keeps nothing. */
export function withRun(runs: readonly Run[], run: Run, kept?: readonly Run[]): readonly Run[] {
  const others = runs.filter(({ id }) => id !== run.id);
  return kept ? withKept(others, kept) : withinMemory([run, ...others]);
}

/** The list after a change of what the browser keeps. */
export function withKept(runs: readonly Run[], kept: readonly Run[]): readonly Run[] {
  return [...runs.filter(({ content }) => content !== undefined), ...kept];
}

function withinMemory(runs: readonly Run[]): readonly Run[] {
  const held = runs.filter(({ content }) => content !== undefined);
  const tooMany = new Set(held.slice(mostUnkept));
  return runs.filter((run) => !tooMany.has(run));
}
