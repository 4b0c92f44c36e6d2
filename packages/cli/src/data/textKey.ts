import { hash } from "node:crypto";

/** A text as it is compared with others: without regard to case, and to how many blanks are where. */
export function normaliseText(text: string): string {
  const lower = text.toLowerCase();
  // Most texts are written with single blanks already, and looking costs less than replacing.
  return /[^\S ]| {2}|^ | $/.test(lower) ? lower.replace(/\s+/g, " ").trim() : lower;
}

/**
 * A number of 48 bits for {@link normaliseText}'s result: texts are compared without being kept. That any two of a
 * million different texts share one with 20,000 others has a probability below 1 in 10,000.
 */
export function textKey(text: string): number {
  return Number.parseInt(hash("sha1", normaliseText(text), "hex").slice(0, 12), 16);
}
