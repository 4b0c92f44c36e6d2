import { FormatError } from "../errors.js";
import { articleTokenizer } from "./articleTokenizer.js";
import { wordTokenizer } from "./wordTokenizer.js";

/** Names of the tokenizers; a saved model says which one it was trained with. */
export type TokenizerName = "article" | "words";

/** Cuts a text into tokens. Stateless: the same text always gives the same tokens. */
export interface Tokenizer {
  readonly name: TokenizerName;
  /** The tokens in reading order; empty for a text without any. May be passed around as a function. */
  tokenize(this: void, text: string): string[];
}

/**
 * The tokenizer of that name: `article`, or `words` (the default of everything but the article's recipes).
 *
 * @throws {FormatError} `unknown-tokenizer` for any other name, which then comes from a model file.
 */
export function createTokenizer(name: string): Tokenizer {
  if (name === "article") return articleTokenizer;
  if (name === "words") return wordTokenizer;
  throw new FormatError(
    "unknown-tokenizer",
    `There is no tokenizer named ${JSON.stringify(name)}; this version knows "article" and "words".`,
  );
}
