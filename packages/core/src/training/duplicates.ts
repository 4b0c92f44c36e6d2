import { DataError } from "../errors.js";
import type { Parts } from "./division.js";
import { emptyHash, holds } from "./textHashes.js";

/** How many held-back rows were left out. */
export interface RemovedDuplicates {
  readonly validation: number;
  readonly test: number;
}

/**
 * Takes those rows out of the validation part whose text is trained on, and those out of the test part whose text is
 * in one of the other two. Rows without text are not compared.
 *
 * @param hashes of the text of every row; 64 bits, so that texts need not be kept.
 * @throws {DataError} `only-duplicates` when a part would be left without a row.
 */
export function removeDuplicates(
  parts: Parts,
  hashes: BigUint64Array,
): { readonly parts: Parts; readonly removed: RemovedDuplicates } {
  const sorted = (rows: Uint32Array): BigUint64Array => BigUint64Array.from(rows, (row) => hashes[row]).sort();
  const trained = sorted(parts.train);
  const validated = sorted(parts.validation);
  const isBlank = (row: number): boolean => hashes[row] === emptyHash;
  const validation = parts.validation.filter((row) => isBlank(row) || !holds(trained, hashes[row]));
  const test = parts.test.filter(
    (row) => isBlank(row) || !(holds(trained, hashes[row]) || holds(validated, hashes[row])),
  );
  requireRows("validation", parts.validation, validation);
  requireRows("test", parts.test, test);
  return {
    parts: { train: parts.train, validation, test },
    removed: {
      validation: parts.validation.length - validation.length,
      test: parts.test.length - test.length,
    },
  };
}

function requireRows(name: string, before: Uint32Array, after: Uint32Array): void {
  if (before.length === 0 || after.length > 0) return;
  throw new DataError(
    "only-duplicates",
    `The texts of all ${before.length} rows of the ${name} part are in other parts as well, so its result would measure memory; keep the duplicates, or give rows with other texts.`,
  );
}
