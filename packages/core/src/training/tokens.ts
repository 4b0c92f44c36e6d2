/**
 * The tokens of many texts as whole numbers, so that a million texts fit in memory: every distinct token is one
 * string, and texts are ids one after another. These ids are of the data set, before the vocabulary is cut.
 */
export class TokenStore {
  readonly #tokens: string[] = [];
  readonly #idOfToken = new Map<string, number>();
  readonly #offsets: number[] = [0];
  #ids = new Int32Array(1 << 12);

  /** Number of texts added. */
  get length(): number {
    return this.#offsets.length - 1;
  }

  /** Appends the tokens of the next text. */
  add(tokens: readonly string[]): void {
    const start = this.#offsets[this.#offsets.length - 1];
    this.#reserve(start + tokens.length);
    for (const [index, token] of tokens.entries()) {
      let id = this.#idOfToken.get(token);
      if (id === undefined) {
        id = this.#tokens.length;
        this.#tokens.push(token);
        this.#idOfToken.set(token, id);
      }
      this.#ids[start + index] = id;
    }
    this.#offsets.push(start + tokens.length);
  }

  /** The tokens of one text. */
  tokensOf(row: number): string[] {
    const tokens: string[] = [];
    for (let index = this.#offsets[row]; index < this.#offsets[row + 1]; index++) {
      tokens.push(this.#tokens[this.#ids[index]]);
    }
    return tokens;
  }

  /** The token lists of some rows in that order, one at a time. */
  *lists(rows: Iterable<number>): Generator<string[]> {
    for (const row of rows) yield this.tokensOf(row);
  }

  #reserve(length: number): void {
    if (length <= this.#ids.length) return;
    const larger = new Int32Array(Math.max(length, this.#ids.length * 2));
    larger.set(this.#ids);
    this.#ids = larger;
  }
}
