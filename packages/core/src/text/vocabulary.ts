import { OptionError } from "../errors.js";
import { formatVocabulary, parseVocabulary } from "./vocabularyFile.js";

/** Id of the padding that fills short texts. */
export const paddingId = 0;
/** Id that stands for every token outside of the vocabulary. */
export const unknownId = 1;
/** Number of ids that are no tokens: padding and unknown. */
const specialCount = 2;

/** Longest token that gets an id, in UTF-16 code units: beyond it are no words, but encoded data and mishaps. */
const maxTokenLength = 1000;

/** Which tokens a vocabulary keeps. */
export interface VocabularyOptions {
  /** Tokens seen less often than this are left out. A whole number from 1; default 1, the article takes 2. */
  readonly minCount?: number;
  /** At most this many tokens are kept, the most frequent ones, of equals the first seen. Default: no limit. */
  readonly maxSize?: number;
}

/** The tokens that a model knows, each with a number: its id. Immutable. */
export class Vocabulary {
  /** Number of ids, padding and unknown included. */
  readonly size: number;
  /** Different tokens seen before the rare ones were left out; the tokens kept, when nothing was counted. */
  readonly distinctTokens: number;
  /** Tokens with an id of their own: `size` without padding and unknown. */
  readonly keptTokens: number;
  /**
   * How often each id occurred in the texts that the vocabulary was built from, by id: 0 for padding, at unknown the
   * tokens that were left out. Absent when the vocabulary was loaded or made of a list.
   */
  readonly tokenCounts?: Float64Array;

  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(
    tokens: readonly string[],
    ids: ReadonlyMap<string, number>,
    distinctTokens: number,
    tokenCounts?: Float64Array,
  ) {
    this.#tokens = tokens;
    this.#ids = ids;
    this.keptTokens = tokens.length;
    this.size = tokens.length + specialCount;
    this.distinctTokens = distinctTokens;
    this.tokenCounts = tokenCounts;
  }

  /**
   * Counts the tokens of all texts and numbers those that are kept, from 2 on, in order of first appearance. Tokens of
   * more than 1,000 characters are never kept.
   *
   * @throws {OptionError} `min-count` or `max-size` when not a whole number from 1.
   */
  static build(tokenLists: Iterable<readonly string[]>, options: VocabularyOptions = {}): Vocabulary {
    const counts = new Map<string, number>();
    for (const tokens of tokenLists) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    return Vocabulary.fromCounts(counts, options);
  }

  /**
   * As {@link build}, for tokens that were counted already.
   *
   * @param counts how often each token occurs, in order of first appearance; each token once.
   * @throws {OptionError} `min-count` or `max-size` when not a whole number from 1.
   */
  static fromCounts(counts: Iterable<readonly [string, number]>, options: VocabularyOptions = {}): Vocabulary {
    const { minCount = 1, maxSize } = options;
    requireWholeNumber("minCount", "min-count", minCount);
    if (maxSize !== undefined) requireWholeNumber("maxSize", "max-size", maxSize);
    const all = [...counts];
    const kept = mostFrequent(
      all.filter(([token, count]) => count >= minCount && token.length <= maxTokenLength),
      maxSize,
    );
    const tokenCounts = new Float64Array(kept.length + specialCount);
    tokenCounts[unknownId] = all.reduce((sum, [, count]) => sum + count, 0);
    kept.forEach(([, count], index) => {
      tokenCounts[index + specialCount] = count;
      tokenCounts[unknownId] -= count;
    });
    const tokens = kept.map(([token]) => token);
    return new Vocabulary(tokens, numbered(tokens), all.length, tokenCounts);
  }

  /**
   * A vocabulary of exactly these tokens, numbered from 2 on.
   *
   * @throws {OptionError} `duplicate-token` when one is given twice.
   */
  static fromTokens(tokens: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary([...tokens], numbered(tokens), tokens.length);
    const repeated = tokens.find((token, index) => vocabulary.idOf(token) !== index + specialCount);
    if (repeated === undefined) return vocabulary;
    throw new OptionError(
      "duplicate-token",
      `The token ${JSON.stringify(repeated)} is given twice; each token can have only one id.`,
    );
  }

  /**
   * Reads what {@link toLines} wrote.
   *
   * @param limits.maxSize most ids to accept, padding and unknown included; what follows is not even looked at.
   * @throws {FormatError} with the line, when the text is not such a file or has more lines.
   */
  static fromLines(text: string, limits: { readonly maxSize?: number } = {}): Vocabulary {
    const ids = parseVocabulary(text, limits.maxSize);
    return new Vocabulary([...ids.keys()], ids, ids.size);
  }

  /** The content of `vocabulary.txt`: id 0 on the first line and so on; see docs/text.md for the escapes. */
  toLines(): string {
    return formatVocabulary(this.#tokens);
  }

  /** The token's id; {@link unknownId} when it has none. */
  idOf(token: string): number {
    return this.#ids.get(token) ?? unknownId;
  }

  /** Whether the token has an id of its own. */
  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /**
   * The token with this id; `<pad>` and `<unk>` for padding and unknown.
   *
   * @throws {RangeError} when there is no such id.
   */
  tokenOf(id: number): string {
    if (id === paddingId) return "<pad>";
    if (id === unknownId) return "<unk>";
    const token = this.#tokens[id - specialCount];
    if (token === undefined) throw new RangeError(`The vocabulary has ids from 0 to ${this.size - 1}, not ${id}.`);
    return token;
  }

  /** Share of the tokens of a text that the vocabulary has, 0 to 1; 0 for a text without tokens. */
  knownShare(tokens: readonly string[]): number {
    if (tokens.length === 0) return 0;
    let known = 0;
    for (const token of tokens) if (this.#ids.has(token)) known++;
    return known / tokens.length;
  }
}

function numbered(tokens: readonly string[]): Map<string, number> {
  return new Map(tokens.map((token, index) => [token, index + specialCount]));
}

/** The `limit` most frequent entries, in the order given; of equals the first. */
function mostFrequent(
  entries: (readonly [string, number])[],
  limit: number | undefined,
): (readonly [string, number])[] {
  if (limit === undefined || entries.length <= limit) return entries;
  const order = entries.map((_, index) => index).sort((a, b) => entries[b][1] - entries[a][1] || a - b);
  return order
    .slice(0, limit)
    .sort((a, b) => a - b)
    .map((index) => entries[index]);
}

function requireWholeNumber(name: string, code: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new OptionError(code, `${name} has to be a whole number from 1, not ${value}.`);
}
