/** Divisions that are not by chance alone: by group, by time, and as the rows themselves say. */
import { DataError } from "../errors.js";
import { Random } from "../random.js";
import { checkFractions, type Split, type SplitOptions, splitRows } from "./split.js";

/** The parts by number, as rows may name them. */
export const partNumbers = { train: 0, validation: 1, test: 2 } as const;

const partNames: Readonly<Record<string, number>> = {
  train: partNumbers.train,
  training: partNumbers.train,
  validation: partNumbers.validation,
  valid: partNumbers.validation,
  val: partNumbers.validation,
  dev: partNumbers.validation,
  eval: partNumbers.validation,
  test: partNumbers.test,
  testing: partNumbers.test,
};

/**
 * The number of the part that a row names, in any case.
 *
 * @param describe says where the row is, such as `Row 12`. @throws {DataError} `bad-part` for any other name.
 */
export function readPart(name: string | null | undefined, describe: () => string): number {
  const key = String(name ?? "")
    .trim()
    .toLowerCase();
  if (Object.hasOwn(partNames, key)) return partNames[key];
  const what = key === "" ? "names no part" : `names the part ${JSON.stringify(String(name))}`;
  throw new DataError(
    "bad-part",
    `${describe()} ${what}; it must be train, validation (or valid, val, dev, eval) or test.`,
  );
}

/**
 * Rows go where they say. Where none says validation, a share of the training rows is drawn for it.
 *
 * @param numbers the part of each row, by {@link partNumbers}.
 * @throws {DataError} `empty-part` when no row is for training.
 */
export function splitByPart(numbers: Uint8Array, options: SplitOptions): Split {
  const rowsOf = (part: number): Uint32Array => positionsOf(numbers, part);
  const [train, validation, test] = [partNumbers.train, partNumbers.validation, partNumbers.test].map(rowsOf);
  if (train.length === 0) {
    throw new DataError("empty-part", `Of ${numbers.length} rows none is for training; the parts name no row "train".`);
  }
  if (validation.length > 0) return { train, validation, test };
  const drawn = splitRows(train.length, { ...options, testFraction: 0 });
  const among = (rows: Uint32Array): Uint32Array => rows.map((row) => train[row]);
  return { train: among(drawn.train), validation: among(drawn.validation), test };
}

/**
 * Whole groups go to one part each, in random order, until the parts have about their share of the rows. A group of
 * more than twice what a part still lacks goes on to the next part, so that large ones end up in training.
 *
 * @param groups of each row, a number from 0 to `count` - 1.
 * @throws {DataError} `too-few-groups` when some part would get none.
 */
export function splitByGroup(groups: Uint32Array, count: number, options: SplitOptions): Split {
  checkFractions(options);
  const sizes = new Uint32Array(count);
  for (const group of groups) sizes[group]++;
  const wanted = [0, options.validationFraction, options.testFraction].map((share) => share * groups.length);
  const needed = 1 + wanted.filter((rows) => rows > 0).length;
  if (count < needed) {
    throw new DataError(
      "too-few-groups",
      `All rows belong to ${count === 1 ? "one group" : `${count} groups`}, and at least ${needed} are needed, for each part one; is it the right column?`,
    );
  }
  const order = new Random(options.seed, "split").shuffle(Uint32Array.from(sizes.keys()));
  const partOf = assignGroups(order, sizes, wanted);
  const rowParts = Uint8Array.from(groups, (group) => partOf[group]);
  return {
    train: positionsOf(rowParts, partNumbers.train),
    validation: positionsOf(rowParts, partNumbers.validation),
    test: positionsOf(rowParts, partNumbers.test),
  };
}

/** @param wanted rows of each part. @returns the part of each group. */
function assignGroups(order: Uint32Array, sizes: Uint32Array, wanted: readonly number[]): Uint8Array {
  const { train, validation, test } = partNumbers;
  const partOf = new Uint8Array(sizes.length).fill(train);
  const lacking = [...wanted];
  for (const group of order) {
    const part = [test, validation].find((each) => lacking[each] > 0 && sizes[group] <= 2 * lacking[each]);
    if (part === undefined) continue;
    partOf[group] = part;
    lacking[part] -= sizes[group];
  }
  // A part that no group was small enough for takes the smallest one, as long as training keeps one.
  for (const part of [test, validation]) {
    if (wanted[part] === 0 || partOf.includes(part)) continue;
    const left = order.filter((group) => partOf[group] === train);
    partOf[left.reduce((smallest, group) => (sizes[group] < sizes[smallest] ? group : smallest))] = part;
  }
  return keepTraining(partOf, order, sizes);
}

/** When all groups were given away, the part with more of them gives its largest back. */
function keepTraining(partOf: Uint8Array, order: Uint32Array, sizes: Uint32Array): Uint8Array {
  const { train, validation, test } = partNumbers;
  if (partOf.includes(train)) return partOf;
  const groupsOf = (part: number): Uint32Array => order.filter((group) => partOf[group] === part);
  const given = groupsOf(test).length > groupsOf(validation).length ? groupsOf(test) : groupsOf(validation);
  const largest = given.reduce((most, group) => (sizes[group] > sizes[most] ? group : most));
  partOf[largest] = train;
  return partOf;
}

/**
 * The newest rows are the test part, those before them the validation part, the oldest are trained on. Rows of the
 * same time stay together, on the side of the cut where most of them are.
 *
 * @throws {DataError} `one-time` when the times cannot be cut into as many parts.
 */
export function splitByTime(times: Float64Array, options: SplitOptions): Split {
  checkFractions(options);
  const { validationFraction, testFraction } = options;
  const count = times.length;
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
  const cut = (share: number, end: number): number | undefined =>
    share === 0 ? end : cutBetweenTimes(times, order, end - Math.round(count * share), end);
  const testStart = cut(testFraction, count);
  const validationStart = testStart === undefined ? undefined : cut(validationFraction, testStart);
  if (testStart === undefined || validationStart === undefined) {
    const different = order.filter((row, index) => index === 0 || times[row] !== times[order[index - 1]]).length;
    throw new DataError(
      "one-time",
      `The ${count} rows have ${different === 1 ? "one time" : `${different} different times`}, too few to cut them into past and future; is it the right column?`,
    );
  }
  return {
    train: order.slice(0, validationStart).sort(),
    validation: order.slice(validationStart, testStart).sort(),
    test: order.slice(testStart).sort(),
  };
}

/** The position nearest to `wanted` at which a new time begins, above 0 and below `end`; undefined when there is none. */
function cutBetweenTimes(times: Float64Array, order: Uint32Array, wanted: number, end: number): number | undefined {
  const isCut = (position: number): boolean =>
    position > 0 && position < end && times[order[position - 1]] !== times[order[position]];
  for (let distance = 0; distance <= order.length; distance++) {
    if (isCut(wanted - distance)) return wanted - distance;
    if (isCut(wanted + distance)) return wanted + distance;
  }
  return undefined;
}

function positionsOf(numbers: Uint8Array, wanted: number): Uint32Array {
  const positions: number[] = [];
  for (let row = 0; row < numbers.length; row++) if (numbers[row] === wanted) positions.push(row);
  return Uint32Array.from(positions);
}
