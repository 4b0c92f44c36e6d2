import { closest, distance } from "fastest-levenshtein";

/**
 * The candidate that the user most likely meant, if any is near: the only one that begins like this, or one of which at most a third of the letters differ.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || name === "") return undefined;
  const folded = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const wanted = name.toLowerCase();
  const continued = [...folded.keys()].filter((candidate) => candidate.startsWith(wanted));
  if (continued.length === 1 && wanted.length >= 3) return folded.get(continued[0]);
  const found = closest(wanted, [...folded.keys()]);
  return distance(wanted, found) <= Math.max(1, Math.ceil(found.length / 3)) ? folded.get(found) : undefined;
}
