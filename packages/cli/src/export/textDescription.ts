import { type ModelConfig, paddingId, unknownId } from "@starcast/core";

/** How a text becomes ids, for those who use an exported model without Starcast. */
export interface TextDescription {
  readonly format: "starcast-text/1";
  readonly tokenizer: ModelConfig["tokenizer"];
  /** The tokenizer's rules in words, in the order in which they are applied. */
  readonly rules: readonly string[];
  /** Tokens of a text that are read; the rest is cut off at the end. */
  readonly maxLength: number;
  /** The network reads padding up to `maxLength`. */
  readonly padToMaxLength: boolean;
  readonly paddingId: number;
  /** Id of every token that the vocabulary does not have; a text without tokens is one such token. */
  readonly unknownId: number;
}

const rules: Readonly<Record<ModelConfig["tokenizer"], readonly string[]>> = {
  words: [
    "symbols other than ASCII and emoji become spaces; typographic apostrophes and backticks become '",
    "Unicode compatibility normalisation (NFKC), then lower case",
    "a token is a word: letters with their marks, digits, and apostrophes that a letter follows",
    "points, commas and slashes belong to a number where a digit precedes and follows them, as do apostrophes (4.5, 10/10, 5'4)",
    "a letter three or more times in a row counts as two",
    "! and ? are tokens; several in a row are !! or ??, a mixture is ?!",
    "an emoji with its skin tone, family or flag is one token; of the same one in a row at most two are kept",
    "in scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) each character is a token",
    "everything else separates tokens and is dropped",
  ],
  article: [
    "every run of characters beyond ASCII becomes one space; lower case",
    "each punctuation character, digit, tab and line break becomes a space",
    "words are split at spaces; the space after a word is dropped, further spaces in a row are a token of their own",
    "contractions without apostrophe are split as spaCy's English tokenizer does (dont: do, nt; cannot: can, not)",
  ],
};

/** The description of a model's way from texts to ids. */
export function describeText(config: ModelConfig): TextDescription {
  const { tokenizer, maxLength, padToMaxLength } = config;
  return {
    format: "starcast-text/1",
    tokenizer,
    rules: rules[tokenizer],
    maxLength,
    padToMaxLength,
    paddingId,
    unknownId,
  };
}
