import { wordTokenizer } from "../text/index.js";

/** What a text is like, as far as models are known to stumble over it. */
export interface TextTraits {
  /** Words, numbers and emoji. */
  readonly words: number;
  /** Whether it denies something: "not", "never", "didn't", and the like in some other languages. */
  readonly hasNegation: boolean;
  /** Whether it asks something: holds a question mark. */
  readonly hasQuestion: boolean;
}

/** English, with the commonest misspelling of each short form, German, French, Spanish, Portuguese and Italian. */
const negations = new Set(
  (
    "no not never nothing nobody none neither nor nowhere without cannot hardly barely scarcely " +
    "cant dont doesnt didnt isnt wasnt wont wouldnt couldnt shouldnt havent hasnt hadnt arent werent aint " +
    "nicht kein keine keinen keiner nie niemals nichts ne pas jamais rien aucun aucune nunca nada jamás não nem non mai niente"
  ).split(" "),
);

/** Looks at one text. Takes time in proportion to its length. */
export function textTraits(text: string): TextTraits {
  let words = 0;
  let hasNegation = false;
  for (const token of wordTokenizer.tokenize(text)) {
    if (/^[!?]/.test(token)) continue;
    words++;
    hasNegation ||= negations.has(token) || /n['’]t$/.test(token);
  }
  return { words, hasNegation, hasQuestion: /[?？؟⁇⁈⁉]/.test(text) };
}
