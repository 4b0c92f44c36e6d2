import { closest, distance } from "fastest-levenshtein";

/** The candidate that the user most likely meant, if any is near: at most a third of its letters differ. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || name === "") return undefined;
  const folded = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const wanted = name.toLowerCase();
  const found = closest(wanted, [...folded.keys()]);
  return distance(wanted, found) <= Math.max(1, Math.ceil(found.length / 3)) ? folded.get(found) : undefined;
}
