/** Folds of a cross-validation: every row is held back once, and what belongs together is held back together. */
import { Random } from "../random.js";
import { type Label, type Task, toNumber } from "./scale.js";

/** Numbers are cut into so many equally large strata, so that each fold has its share of low and high ones. */
const numberStrata = 10;

/** What each row is to be balanced by: its label, for numbers its tenth. @returns a number from 0 for each row. */
export function strataOf(labels: readonly Label[], task: Task): Uint32Array {
  if (task === "number") {
    const values = Float64Array.from(labels, (label) => toNumber(label) ?? Number.NaN);
    const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
    const strata = new Uint32Array(labels.length);
    for (const [rank, row] of order.entries()) strata[row] = Math.floor((rank * numberStrata) / order.length);
    return strata;
  }
  const numbers = new Map<string, number>();
  return Uint32Array.from(labels, (label) => {
    const key = String(toNumber(label) ?? label).trim();
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

/**
 * The fold of each row, from 0. Bundles (rows that belong together) are dealt largest first, each into the fold that
 * has had least of its strata so far: without bundles the shares of the strata differ by less than a row from fold to
 * fold.
 *
 * @param bundles of each row, a number from 0 to `bundleCount` - 1. @param strata of each row.
 */
export function assignFolds(
  bundles: Uint32Array,
  bundleCount: number,
  strata: Uint32Array,
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Uint16Array {
  const members = bundleMembers(bundles, bundleCount);
  const sizeOf = (bundle: number): number => members.starts[bundle + 1] - members.starts[bundle];
  const order = new Random(seed, "folds").shuffle(Uint32Array.from({ length: bundleCount }, (_, index) => index));
  const dealt = Array.from(order).sort((a, b) => sizeOf(b) - sizeOf(a));
  const strataCount = strata.reduce((most, stratum) => Math.max(most, stratum + 1), 0);
  const inStratum = new Float64Array(strataCount);
  for (const stratum of strata) inStratum[stratum]++;
  const counts = new Float64Array(folds * strataCount);
  const totals = new Float64Array(folds);
  const foldOf = new Uint16Array(bundles.length);
  for (const bundle of dealt) {
    const rows = members.rows.subarray(members.starts[bundle], members.starts[bundle + 1]);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let fold = 0; fold < folds; fold++) {
      let load = 0;
      for (const row of rows) load += counts[fold * strataCount + strata[row]] / inStratum[strata[row]];
      // The whole size decides between folds whose strata are equal, and weighs in where they hardly differ.
      load += (rows.length * totals[fold]) / (10 * bundles.length);
      if (load < least) [best, least] = [fold, load];
    }
    for (const row of rows) {
      foldOf[row] = best;
      counts[best * strataCount + strata[row]]++;
    }
    totals[best] += rows.length;
  }
  return foldOf;
}

/** Rows ordered by bundle, and where each bundle starts. */
function bundleMembers(bundles: Uint32Array, count: number): { rows: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const bundle of bundles) starts[bundle + 1]++;
  for (let bundle = 0; bundle < count; bundle++) starts[bundle + 1] += starts[bundle];
  const next = starts.slice();
  const rows = new Uint32Array(bundles.length);
  for (const [row, bundle] of bundles.entries()) rows[next[bundle]++] = row;
  return { rows, starts };
}

/**
 * Rows that share a number in any of the numberings belong together, also by way of others (union by path halving,
 * Tarjan and van Leeuwen 1984).
 *
 * @returns the bundle of each row, numbered without gaps.
 */
export function bundleRows(
  rowCount: number,
  numberings: readonly Uint32Array[],
): { readonly bundles: Uint32Array; readonly count: number } {
  const parent = Uint32Array.from({ length: rowCount }, (_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  };
  for (const numbers of numberings) {
    const first = new Int32Array(rowCount).fill(-1);
    for (let row = 0; row < rowCount; row++) {
      const number = numbers[row];
      if (first[number] < 0) first[number] = row;
      else {
        const [a, b] = [rootOf(first[number]), rootOf(row)];
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  let count = 0;
  const bundles = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const root = rootOf(row);
    bundles[row] = root === row ? count++ : bundles[root];
  }
  return { bundles, count };
}
