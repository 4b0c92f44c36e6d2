import { CharacterClass, classOf, classTable } from "./characterClasses.js";
import { isTag, normaliseText, zeroWidthJoiner } from "./normaliseText.js";
import { checkNormalisedLength } from "./textLength.js";
import type { Tokenizer } from "./tokenizer.js";

/** The fraction slash, which normalisation puts into one-character fractions. */
const fractionSlash = "\u2044";

/**
 * The tokenizer for text in any language. Tokens are
 * - words: letters with their marks, digits, and apostrophes between them, in lower case (`don't`, `xl2`); a letter
 *   three or more times in a row counts as two (`soooo` is `soo`);
 * - numbers with their points, commas and slashes between digits (`4.5`, `1,000`, `10/10`);
 * - single characters, with their marks, in scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese);
 * - emoji as people see them: flags, families and skin tones are one token; of the same one in a row, two are kept;
 * - `!`, `?`, `!!` and `??` for two or more, `?!` for a mixture.
 *
 * All else separates. The result does not depend on the locale, nor on the engine's version of Unicode; time grows
 * linearly with the text.
 */
export const wordTokenizer: Tokenizer = { name: "words", tokenize: tokenizeWords };

function tokenizeWords(text: string): string[] {
  const line = normaliseText(text);
  checkNormalisedLength(line);
  return splitNormalText(line);
}

/**
 * Splits a text that is normalised already, see {@link normaliseText}.
 *
 * @param places where it is given, the start and the end of each token within `line` are appended to it.
 */
export function splitNormalText(line: string, places?: number[]): string[] {
  const classes = classTable();
  const tokens: string[] = [];
  let at = 0;
  while (at < line.length) {
    const start = at;
    const before = tokens.length;
    const code = line.codePointAt(at) as number;
    switch (classOf(classes, code)) {
      case CharacterClass.letter:
      case CharacterClass.digit:
        at = readWord(line, at, classes, tokens);
        break;
      case CharacterClass.standalone:
        at = readStandalone(line, at, classes, tokens);
        break;
      case CharacterClass.pictograph:
      case CharacterClass.modifier:
      case CharacterClass.regional:
        at = readEmoji(line, at, classes, tokens);
        break;
      case CharacterClass.exclamation:
        at = readExclamation(line, at, tokens);
        break;
      default:
        at += widthOf(code);
    }
    if (places && tokens.length > before) places.push(start, at);
  }
  return tokens;
}

function widthOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

/** Class of the character at this place; past the end, a separator. */
function classAt(line: string, at: number, classes: Uint8Array): number {
  return at < line.length ? classOf(classes, line.codePointAt(at) as number) : CharacterClass.separator;
}

/** Appends the word that starts here and returns the place after it. */
function readWord(line: string, start: number, classes: Uint8Array, tokens: string[]): number {
  let end = start;
  let previousLetter = 0;
  let repeats = 0;
  let afterDigit = false;
  let needsTidying = false;
  while (end < line.length) {
    const code = line.codePointAt(end) as number;
    const kind = classOf(classes, code);
    if (kind === CharacterClass.letter) {
      repeats = code === previousLetter ? repeats + 1 : 1;
      if (repeats > 2) needsTidying = true;
      previousLetter = code;
      afterDigit = false;
    } else if (kind === CharacterClass.digit || kind === CharacterClass.mark) {
      previousLetter = 0;
      afterDigit = kind === CharacterClass.digit;
    } else if (kind === CharacterClass.apostrophe || kind === CharacterClass.numberJoiner) {
      const next = classAt(line, end + 1, classes);
      const joinsWord = kind === CharacterClass.apostrophe && next === CharacterClass.letter;
      if (!joinsWord && !(afterDigit && next === CharacterClass.digit)) break;
      if (code !== 0x27) needsTidying = true;
      previousLetter = 0;
    } else break;
    end += widthOf(code);
  }
  const word = line.slice(start, end);
  tokens.push(needsTidying ? tidyWord(word, classes) : word);
  return end;
}

/** Folds elongations, backticks used as apostrophes, and the fraction slash. */
function tidyWord(word: string, classes: Uint8Array): string {
  let tidy = "";
  let previous = "";
  let repeats = 0;
  for (const character of word) {
    repeats = character === previous ? repeats + 1 : 1;
    previous = character;
    const isLetter = classOf(classes, character.codePointAt(0) as number) === CharacterClass.letter;
    if (repeats > 2 && isLetter) continue;
    tidy += character === "`" ? "'" : character === fractionSlash ? "/" : character;
  }
  return tidy;
}

function readStandalone(line: string, start: number, classes: Uint8Array, tokens: string[]): number {
  let end = start + widthOf(line.codePointAt(start) as number);
  while (classAt(line, end, classes) === CharacterClass.mark) end += widthOf(line.codePointAt(end) as number);
  tokens.push(end === start + 1 ? sharedCharacter(line, start) : line.slice(start, end));
  return end;
}

const characters = new Map<number, string>();

/** The character at a place, as one string for all its occurrences: a long text has millions of a few thousand. */
function sharedCharacter(line: string, at: number): string {
  const code = line.charCodeAt(at);
  let character = characters.get(code);
  if (character === undefined) {
    character = line[at];
    characters.set(code, character);
  }
  return character;
}

/** Reads one emoji sequence (UTS #51: modifiers, tags, joiners, pairs of regional indicators). */
function readEmoji(line: string, start: number, classes: Uint8Array, tokens: string[]): number {
  let end = start + widthOf(line.codePointAt(start) as number);
  if (classAt(line, start, classes) === CharacterClass.regional) {
    if (classAt(line, end, classes) === CharacterClass.regional) end += 2;
  } else {
    while (end < line.length) {
      const code = line.codePointAt(end) as number;
      const joins = code === zeroWidthJoiner && classAt(line, end + 1, classes) === CharacterClass.pictograph;
      if (!joins && !isTag(code) && classOf(classes, code) !== CharacterClass.modifier) break;
      end += widthOf(code);
      if (joins) end += widthOf(line.codePointAt(end) as number);
    }
  }
  const emoji = line.slice(start, end);
  const isThirdInARow = tokens.at(-1) === emoji && tokens.at(-2) === emoji;
  if (!isThirdInARow) tokens.push(emoji);
  return end;
}

function readExclamation(line: string, start: number, tokens: string[]): number {
  let end = start + 1;
  let mixed = false;
  while (end < line.length && (line[end] === "!" || line[end] === "?")) {
    if (line[end] !== line[start]) mixed = true;
    end++;
  }
  tokens.push(mixed ? "?!" : line.slice(start, Math.min(end, start + 2)));
  return end;
}
