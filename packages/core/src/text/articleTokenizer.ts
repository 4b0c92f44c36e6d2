import { cleanText } from "./clean.js";
import type { Tokenizer } from "./tokenizer.js";

/**
 * The article's tokenizer: its cleaning ({@link cleanText}), then what spaCy's English tokenizer does with the
 * letters a-z and spaces. Words are split at spaces; the single space after a word disappears, further spaces (and
 * leading ones) are a token of their own; contractions without their apostrophe are split (`dont` into `do`, `nt`).
 */
export const articleTokenizer: Tokenizer = {
  name: "article",
  tokenize: (text) => splitCleanText(cleanText(text)),
};

/**
 * Splits a text that is clean already, see {@link cleanText}. On other text it differs from spaCy, whose rules for
 * punctuation, capitals and digits are not here.
 *
 * @param places where it is given, the start and the end of each token within `text` are appended to it.
 */
export function splitCleanText(text: string, places?: number[]): string[] {
  const table = contractions();
  const tokens: string[] = [];
  let start = 0;
  while (start < text.length) {
    const isSpace = isWhitespace(text.charCodeAt(start));
    let end = start + 1;
    while (end < text.length && isWhitespace(text.charCodeAt(end)) === isSpace) end++;
    const run = text.slice(start, end);
    const pieces = isSpace || run.length > longestContraction ? undefined : table.get(run);
    for (const token of pieces ?? [run]) {
      places?.push(start, start + token.length);
      tokens.push(token);
      start += token.length;
    }
    // The space that ends a word belongs to the word; only what follows it is a token.
    start = text.charCodeAt(end) === 0x20 ? end + 1 : end;
  }
  return tokens;
}

/** White space among the ASCII characters as Python's `str.isspace` has it: also vertical tab, form feed, 0x1c to 0x1f. */
function isWhitespace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
}

/** Letters of the longest contractions, such as `wherellve` and `shouldntve`: longer words need no look-up. */
const longestContraction = 10;

let contractionsCache: ReadonlyMap<string, readonly string[]> | undefined;

/** From the run-together form (`cantve`) to its pieces (`ca`, `nt`, `ve`); made at first use. */
export function contractions(): ReadonlyMap<string, readonly string[]> {
  contractionsCache ??= generateContractions();
  return contractionsCache;
}

const pronouns = ["i", "you", "he", "she", "it", "we", "they"];
const questionWords = ["who", "what", "when", "where", "why", "how", "there"];
const singularPointers = ["that", "this"];
const pluralPointers = ["these", "those"];
const modalVerbs = ["could", "might", "must", "should", "would"];
const negatedWithHave = [...modalVerbs, "ca", "do", "does", "did", "had", "may", "need", "ought", "sha", "wo"];
const negatedOnly = ["ai", "are", "is", "was", "were", "have", "has", "dare"];

/** Words that happen to look like a contraction, and that spaCy leaves whole. */
const ordinaryWords = ["ill", "its", "hell", "shell", "shed", "were", "well", "whore"];

function generateContractions(): Map<string, readonly string[]> {
  const table = new Map<string, readonly string[]>();
  const add = (starts: readonly string[], ...endings: string[][]) => {
    for (const start of starts) {
      for (const ending of endings) table.set(start + ending.join(""), [start, ...ending]);
    }
  };
  const subjects = [...pronouns, ...questionWords, ...singularPointers, ...pluralPointers];
  add(subjects, ["ll"], ["ll", "ve"], ["d"], ["d", "ve"]);
  add(["he", "she", "it", ...questionWords, ...singularPointers], ["s"]);
  add(["you", "we", "they", ...questionWords, ...pluralPointers], ["re"], ["ve"]);
  add(["i", "not", ...modalVerbs], ["ve"]);
  add([...negatedWithHave, ...negatedOnly], ["nt"]);
  add(negatedWithHave, ["nt", "ve"]);
  add(["i"], ["m"], ["m", "a"]);
  add(["can"], ["not"]);
  add(["gon"], ["na"]);
  add(["got"], ["ta"]);
  add(["y"], ["all"]);
  for (const word of ordinaryWords) table.delete(word);
  return table;
}
