/** A row whose prediction was far off. */
export interface WorstError {
  /** Position of the row, as it was given to {@link WorstErrors.add}. */
  readonly row: number;
  readonly text: string;
  /** In the user's units. */
  readonly truth: number;
  readonly prediction: number;
  /** Prediction less truth. */
  readonly error: number;
}

/** Keeps the rows with the largest errors of any number of rows, and no other text. */
export class WorstErrors {
  readonly #limit: number;
  readonly #longestText: number;
  /** Largest error first. */
  readonly #kept: WorstError[] = [];

  /**
   * @param limit how many rows are kept.
   * @param longestText characters of a text that are kept; a longer one ends in "…".
   */
  constructor(limit: number, longestText = 2000) {
    this.#limit = limit;
    this.#longestText = longestText;
  }

  /** Looks at one more row. */
  add(found: Omit<WorstError, "error">): void {
    const error = found.prediction - found.truth;
    const size = Math.abs(error);
    const last = this.#kept.at(-1);
    if (this.#kept.length >= this.#limit && (last === undefined || size <= Math.abs(last.error))) return;
    const place = this.#kept.findIndex((each) => Math.abs(each.error) < size);
    const at = place < 0 ? this.#kept.length : place;
    this.#kept.splice(at, 0, { ...found, text: cut(found.text, this.#longestText), error });
    this.#kept.length = Math.min(this.#kept.length, this.#limit);
  }

  /** The rows with the largest errors, largest first; of equals the first ones seen. */
  list(): readonly WorstError[] {
    return this.#kept;
  }
}

/** Cuts between characters: never within a surrogate pair. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const code = text.charCodeAt(longest - 1);
  const isHighHalf = code >= 0xd800 && code <= 0xdbff;
  return `${text.slice(0, isHighHalf ? longest - 1 : longest)}…`;
}
