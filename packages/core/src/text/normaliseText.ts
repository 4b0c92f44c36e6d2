import { CharacterClass, classOf, classTable, exclamations } from "./characterClasses.js";

export const zeroWidthJoiner = 0x200d;

const greekVaria = 0x1fef;
const letterApostropheN = 0x149;

/** Marks on one letter that are kept: the limit of Unicode's stream-safe text format (UAX #15, section 13). */
const maxMarks = 30;

/** Whether the code point is one of the invisible letters that spell the region of a flag (UTS #51). */
export function isTag(code: number): boolean {
  return code >= 0xe0020 && code <= 0xe007f;
}

/**
 * One spelling for what reads the same: compatibility normalisation (NFKC), lower case, plain apostrophes, `!` and
 * `?`; invisible characters inside words are taken out, and symbols outside of ASCII become spaces.
 *
 * Symbols and unassigned characters go first, so that what is left was assigned in the pinned version of Unicode: its
 * normalisation is then the same in every engine (Unicode's stability policy), as is its lower case.
 */
export function normaliseText(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  // The Turkish capital I with a dot would leave the dot behind as a mark.
  return replaceCharacters(text).normalize("NFKC").toLowerCase().replaceAll("i\u0307", "i");
}

function replaceCharacters(text: string): string {
  const classes = classTable();
  let result = "";
  let copiedUpTo = 0;
  let previousCode = 0;
  let marks = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) as number;
    const width = code > 0xffff ? 2 : 1;
    let replacement = code < 0x80 ? undefined : replacementOf(code, classes, previousCode);
    if (replacement === undefined) {
      const isMark = classOf(classes, code) === CharacterClass.mark;
      marks = isMark ? marks + 1 : 0;
      // Normalisation sorts the marks on a letter by insertion: without a limit, its time would be quadratic.
      if (marks > maxMarks) replacement = "";
    }
    if (replacement === undefined) previousCode = code;
    else {
      result += text.slice(copiedUpTo, at) + replacement;
      copiedUpTo = at + width;
      if (replacement !== "") {
        previousCode = 0;
        marks = 0;
      }
    }
    at += width;
  }
  return result + text.slice(copiedUpTo);
}

/** What a character beyond ASCII is replaced by, or `undefined` to keep it. */
function replacementOf(code: number, classes: Uint8Array, previousCode: number): string | undefined {
  // Normalisation would make it of an apostrophe that is not the plain one.
  if (code === letterApostropheN) return "'n";
  switch (classOf(classes, code)) {
    case CharacterClass.separator:
      // The one symbol whose canonical spelling is an ASCII character that can be part of a word.
      if (code === greekVaria) return "`";
      // Full-width punctuation, of which points, commas and slashes matter to numbers.
      return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : " ";
    case CharacterClass.apostrophe:
      return "'";
    case CharacterClass.numberJoiner:
      return "/";
    case CharacterClass.exclamation:
      return exclamations.get(code);
    case CharacterClass.fraction:
      // Else "3" and a half would normalise to 31/2.
      return ` ${String.fromCodePoint(code)}`;
    case CharacterClass.ignorable:
      return belongsToEmoji(code, classes, previousCode) ? undefined : "";
    default:
      return undefined;
  }
}

function belongsToEmoji(code: number, classes: Uint8Array, previousCode: number): boolean {
  const previous = classOf(classes, previousCode);
  const afterPictograph = previous === CharacterClass.pictograph || previous === CharacterClass.modifier;
  if (code === zeroWidthJoiner) return afterPictograph || isTag(previousCode);
  return isTag(code) && (afterPictograph || isTag(previousCode));
}
