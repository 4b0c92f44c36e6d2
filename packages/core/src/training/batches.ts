import type { EncodedTexts } from "../nn/network.js";
import type { Random } from "../random.js";
import type { TrainingSettings } from "./settings.js";

/** Batches that are sorted by length together: enough for batches of nearly equal length, few enough to stay random. */
const batchesPerChunk = 50;

/**
 * The batches of one epoch: every row exactly once, the last batch of the shuffle smaller where the rows do not
 * divide.
 *
 * `byLength` shuffles the rows, sorts them by length within chunks of 50 batches, and shuffles the batches: rows of
 * one batch have similar lengths, yet both the company of a row and the order of batches change each epoch.
 *
 * @param rows rows of the training part; left as it is.
 */
export function planEpoch(
  texts: EncodedTexts,
  rows: Uint32Array,
  options: Pick<TrainingSettings, "batching" | "batchSize"> & { readonly random: Random },
): Uint32Array[] {
  const { batching, batchSize, random } = options;
  const order = random.shuffle(rows.slice());
  if (batching === "byLength") {
    const chunk = batchSize * batchesPerChunk;
    for (let start = 0; start < order.length; start += chunk) {
      sortByLength(texts, order.subarray(start, start + chunk));
    }
  }
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length; start += batchSize) batches.push(order.subarray(start, start + batchSize));
  return batching === "byLength" ? random.shuffle(batches) : batches;
}

/** Number of ids of the text of a row. */
export function lengthOf(texts: EncodedTexts, row: number): number {
  return texts.offsets[row + 1] - texts.offsets[row];
}

/** Number of ids over some rows: what the time of a step is proportional to. */
export function countIds(texts: EncodedTexts, rows: Uint32Array): number {
  let total = 0;
  for (const row of rows) total += lengthOf(texts, row);
  return total;
}

function sortByLength(texts: EncodedTexts, rows: Uint32Array): void {
  const positions = Array.from(rows);
  positions.sort((a, b) => lengthOf(texts, a) - lengthOf(texts, b));
  rows.set(positions);
}
