/** Rows sorted into named groups. */
export interface Grouping {
  /** Names of the groups, in a sensible order. */
  readonly names: readonly string[];
  /** The group of each row; -1 for rows that are in none. */
  readonly groupOf: Int32Array;
}

/** Most groups that different values make; more values are cut into ranges or left aside. */
export const mostValues = 12;

/** Rows by a few values, in order of the values; undefined values are in no group. */
export function groupByValue<Value extends string | number>(
  values: readonly (Value | undefined)[],
  nameOf: (value: Value) => string,
): Grouping {
  const distinct = [...new Set(values)].filter((value) => value !== undefined).sort(compare);
  const positions = new Map(distinct.map((value, index) => [value, index]));
  return {
    names: distinct.map(nameOf),
    groupOf: Int32Array.from(values, (value) => (value === undefined ? -1 : (positions.get(value) ?? -1))),
  };
}

/** Rows by ranges of a number with about equally many rows each: four, or fewer where many rows have the same number. */
export function groupByQuantile(
  values: readonly (number | undefined)[],
  nameOf: (low: number, high: number) => string,
  parts = 4,
): Grouping {
  const sorted = Float64Array.from(values.filter((value) => value !== undefined)).sort();
  if (sorted.length === 0) return { names: [], groupOf: new Int32Array(values.length).fill(-1) };
  // The highest number of each range; equal numbers stay together.
  const tops: number[] = [];
  for (let part = 1; part <= parts; part++) {
    const top = sorted[Math.ceil((part * sorted.length) / parts) - 1];
    if (top !== tops.at(-1)) tops.push(top);
  }
  const names = tops.map((top, index) => {
    const low = index === 0 ? sorted[0] : (sorted.find((value) => value > tops[index - 1]) ?? top);
    return nameOf(low, top);
  });
  const groupOf = Int32Array.from(values, (value) =>
    value === undefined ? -1 : tops.findIndex((top) => value <= top),
  );
  return { names, groupOf };
}

/** Rows by fixed ranges: below or at the first top, below or at the second ... */
export function groupByTops(
  values: ArrayLike<number>,
  ranges: readonly (readonly [top: number, name: string])[],
): Grouping {
  return {
    names: ranges.map(([, name]) => name),
    groupOf: Int32Array.from(values, (value) => ranges.findIndex(([top]) => value <= top)),
  };
}

/**
 * Rows by a column of a table: by value where there are few, by ranges where they are numbers; undefined for a column
 * of names or texts, of numbers that only count the rows, and with one value only.
 */
export function groupByColumn(column: readonly (string | number | null | undefined)[]): Grouping | undefined {
  const values = column.map((value) => (value === null || value === "" ? undefined : value));
  const distinct = new Set(values);
  distinct.delete(undefined);
  if (distinct.size < 2) return undefined;
  const numbers = values.map(toNumber);
  const areNumbers = values.every((value, row) => value === undefined || numbers[row] !== undefined);
  if (distinct.size <= mostValues) {
    return areNumbers ? groupByValue(numbers, String) : groupByValue(values.map(toText), (value) => value);
  }
  // An identifier has nearly as many values as rows.
  if (!areNumbers || distinct.size > 0.9 * values.length) return undefined;
  return groupByQuantile(numbers, (low, high) => rangeName(low, high));
}

/** "3 to 7", or "3" for a range of one number. */
export function rangeName(low: number, high: number, unit = ""): string {
  return `${low === high ? String(low) : `${low} to ${high}`}${unit}`;
}

function toNumber(value: string | number | undefined): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (value === undefined || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  return Number(value);
}

function toText(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
