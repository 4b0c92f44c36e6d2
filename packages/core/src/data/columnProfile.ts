/** What a sample of its values says about a column. */
export interface ColumnProfile {
  readonly name: string;
  /** Words of the name, in lower case: "reviewText", "review_text" and "Review Text" give the same. */
  readonly words: readonly string[];
  /** Values that are not missing. */
  readonly filled: number;
  /** Different values, as a number from 0 (all the same) to 1 (all different). */
  readonly distinctShare: number;
  readonly distinct: number;
  /** Share of the values that are numbers. */
  readonly numericShare: number;
  /** Mean number of words in a value. */
  readonly meanWords: number;
  /** Whether all values are numbers in whole or half steps between -10 and 10, few of them different: like ratings. */
  readonly ratingLike: boolean;
}

/** Profiles a column from some of its values; missing ones (null or blank) are left out. */
export function profileColumn(name: string, values: readonly (string | null)[]): ColumnProfile {
  const filled = values.filter((value): value is string => value !== null && value.trim() !== "");
  const distinct = new Set(filled);
  const numbers = filled.filter((value) => Number.isFinite(Number(value)));
  const wordCount = filled.reduce((sum, value) => sum + value.trim().split(/\s+/).length, 0);
  const inSteps = (value: string) => Math.abs(Number(value)) <= 10 && Number.isInteger(2 * Number(value));
  return {
    name,
    words: nameWords(name),
    filled: filled.length,
    distinct: distinct.size,
    distinctShare: filled.length === 0 ? 0 : distinct.size / filled.length,
    numericShare: filled.length === 0 ? 0 : numbers.length / filled.length,
    meanWords: filled.length === 0 ? 0 : wordCount / filled.length,
    ratingLike: numbers.length === filled.length && distinct.size >= 2 && distinct.size <= 21 && filled.every(inSteps),
  };
}

/** The words of a column's name: divided at case changes, blanks and signs, in lower case. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
