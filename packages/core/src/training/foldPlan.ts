import { DataError } from "../errors.js";
import { textKey } from "./division.js";
import { assignFolds, bundleRows, strataOf } from "./folds.js";
import type { Rows } from "./labelledText.js";
import type { Label, Task } from "./scale.js";
import { splitByGroup } from "./splitBy.js";
import { numberGroups, TextHashes } from "./textHashes.js";

/** How a cross-validation divides rows. */
interface FoldOptions {
  readonly folds: number;
  readonly splitBy?: "group";
  readonly validationFraction: number;
  readonly keepDuplicates: boolean;
  readonly seed: number;
  readonly task: Task;
  readonly signal?: AbortSignal;
}

/** The folds of all rows, and the parts of each run. */
export interface FoldPlan {
  readonly foldOf: Uint16Array;
  /** Number of bundles: rows that have to be together count as one. */
  readonly bundles: number;
  /** The name of every row's part in the run that holds a fold back, the fold being the test. */
  partsWithout(fold: number): readonly string[];
}

/**
 * Goes through the rows once.
 *
 * @throws {DataError} `too-few-groups` when there are fewer bundles than folds, or no row has a group.
 */
export async function planFolds(rows: Rows, options: FoldOptions): Promise<FoldPlan> {
  const labels: Label[] = [];
  const texts = new TextHashes();
  const groups = new TextHashes();
  let namedGroups = 0;
  for await (const row of rows) {
    options.signal?.throwIfAborted();
    const key = textKey(row.text);
    // Blank texts are no copies of each other.
    texts.add(key === "" ? ` row ${labels.length}` : key);
    const name = String(row.group ?? "").trim();
    if (name !== "") namedGroups++;
    groups.add(name === "" ? ` row ${labels.length}` : name);
    labels.push(row.label);
  }
  if (options.splitBy === "group" && namedGroups === 0) {
    throw new DataError("no-groups", "No row has a group to divide the rows by; is it the right column?");
  }
  const numberings = [
    ...(options.keepDuplicates ? [] : [numberGroups(texts.values()).groups]),
    ...(options.splitBy === "group" ? [numberGroups(groups.values()).groups] : []),
  ];
  const { bundles, count } = bundleRows(labels.length, numberings);
  const { folds, seed } = options;
  if (count < Math.max(folds, 3)) {
    throw new DataError(
      "too-few-groups",
      `The rows fall into ${count} groups, and ${folds} folds need at least ${Math.max(folds, 3)}; ask for fewer folds, or is it the right column?`,
    );
  }
  const foldOf = assignFolds(bundles, count, strataOf(labels, options.task), { folds, seed });
  return { foldOf, bundles: count, partsWithout: (fold) => partsWithout(fold, foldOf, bundles, options) };
}

function partsWithout(
  fold: number,
  foldOf: Uint16Array,
  bundles: Uint32Array,
  { validationFraction, seed }: FoldOptions,
): readonly string[] {
  const others = Uint32Array.from(foldOf.keys()).filter((row) => foldOf[row] !== fold);
  const numbers = new Map<number, number>();
  const renumbered = others.map((row) => {
    const number = numbers.get(bundles[row]) ?? numbers.size;
    numbers.set(bundles[row], number);
    return number;
  });
  const split = splitByGroup(renumbered, numbers.size, { validationFraction, testFraction: 0, seed });
  const parts = new Array<string>(foldOf.length).fill("test");
  for (const position of split.train) parts[others[position]] = "train";
  for (const position of split.validation) parts[others[position]] = "validation";
  return parts;
}
