/**
 * Notation of this room.
 *
 * Sizes: B rows of a batch, T time steps, E embedding size, H hidden size, D directions (1 or 2), V vocabulary size.
 *
 * A batch is cut into *blocks* of rows, ordered by falling length. Inside the engine every array of a block is
 * [feature][lane] or [step][feature][lane], one row of the batch a *lane*: the vector units then work on rows side by
 * side and no feature count needs padding inside a product. Features of one direction or one kind of pooling form a
 * *part*; each part begins at a multiple of four feature rows, and the rows between hold zeros.
 *
 * Gate order is PyTorch's: input, forget, cell, output. In packed weights the four gates of a unit are neighbours.
 * Gradients carry the name of what they belong to: `outputGradient` is the derivative of the loss by the output.
 */

/** How features lie in the rows of a block: `parts` groups of `size` features, each padded to a multiple of 4 rows. */
export interface FeatureRows {
  readonly parts: number;
  readonly size: number;
}

/** Rounds up to a multiple. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Rows from the start of one part to the start of the next. */
export function partRows(rows: FeatureRows): number {
  return roundUp(rows.size, 4);
}

/** All rows, padding included. */
export function rowCount(rows: FeatureRows): number {
  return rows.parts * partRows(rows);
}

/** All features, padding excluded. */
export function featureCount(rows: FeatureRows): number {
  return rows.parts * rows.size;
}

/** For each row its feature, or -1 for padding. */
export function featureOfRow(rows: FeatureRows): Int32Array {
  const padded = partRows(rows);
  return Int32Array.from({ length: rowCount(rows) }, (_, row) => {
    const part = Math.floor(row / padded);
    const within = row % padded;
    return within < rows.size ? part * rows.size + within : -1;
  });
}
