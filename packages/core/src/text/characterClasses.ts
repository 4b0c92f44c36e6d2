import { characterRanges } from "./characterClasses.generated.js";

/** What a code point means to the word tokenizer. */
export const CharacterClass = {
  /** White space, punctuation, symbols, controls, lone surrogates, and all that our Unicode version does not know. */
  separator: 0,
  letter: 1,
  digit: 2,
  /** A letter of a script that is written without spaces: a word of its own. */
  standalone: 3,
  mark: 4,
  pictograph: 5,
  /** Invisible inside words: variation selectors, joiners, soft hyphens, the Arabic tatweel. */
  ignorable: 6,
  apostrophe: 7,
  /** Joins two digits into one number: point, comma, slash. */
  numberJoiner: 8,
  /** Exclamation and question marks. */
  exclamation: 9,
  /** Half of a flag. */
  regional: 10,
  /** A skin tone. */
  modifier: 11,
  /** A one-character fraction such as a half. */
  fraction: 12,
} as const;

/** One of the values of {@link CharacterClass}. */
export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

/** Exclamation and question marks, and what each is to be read as. */
export const exclamations: ReadonlyMap<number, string> = new Map([
  [0x21, "!"],
  [0x3f, "?"],
  [0x55c, "!"], // Armenian
  [0x55e, "?"],
  [0x61f, "?"], // Arabic
  [0x1367, "?"], // Ethiopic
  [0x203c, "!!"],
  [0x2047, "??"],
  [0x2048, "?!"],
  [0x2049, "!?"],
  [0xff01, "!"], // full width
  [0xff1f, "?"],
]);

const apostrophes = [0x27, 0x60, 0xb4, 0x2bc, 0x2018, 0x2019, 0x201b, 0x2032, 0xff07];
const numberJoiners = [0x2c, 0x2e, 0x2f, 0x2044];

const letterOf: Record<string, CharacterClass> = {
  L: CharacterClass.letter,
  D: CharacterClass.digit,
  S: CharacterClass.standalone,
  M: CharacterClass.mark,
  P: CharacterClass.pictograph,
  I: CharacterClass.ignorable,
};

let table: Uint8Array | undefined;

/**
 * The classes of the code points 0 to 0x3ffff, made at first use. They come from one version of Unicode that travels
 * with the library, not from the engine, so that a text gives the same tokens everywhere.
 */
export function classTable(): Uint8Array {
  table ??= makeTable();
  return table;
}

/** Class of a code point; `classes` is {@link classTable}, passed in because this runs once a character. */
export function classOf(classes: Uint8Array, code: number): number {
  if (code < classes.length) return classes[code];
  return code >= 0xe0000 && code <= 0xe0fff ? CharacterClass.ignorable : CharacterClass.separator;
}

function makeTable(): Uint8Array {
  const classes = new Uint8Array(0x40000);
  let code = 0;
  for (const [, letter, gap, length] of characterRanges.matchAll(/([A-Z])([0-9a-z]+)\.([0-9a-z]+)/g)) {
    const start = code + Number.parseInt(gap, 36);
    code = start + Number.parseInt(length, 36);
    classes.fill(letterOf[letter], start, code);
  }
  for (const apostrophe of apostrophes) classes[apostrophe] = CharacterClass.apostrophe;
  for (const joiner of numberJoiners) classes[joiner] = CharacterClass.numberJoiner;
  for (const mark of exclamations.keys()) classes[mark] = CharacterClass.exclamation;
  classes.fill(CharacterClass.fraction, 0xbc, 0xbe + 1);
  classes.fill(CharacterClass.fraction, 0x2150, 0x215f + 1);
  classes[0x2189] = CharacterClass.fraction;
  classes.fill(CharacterClass.regional, 0x1f1e6, 0x1f1ff + 1);
  classes.fill(CharacterClass.modifier, 0x1f3fb, 0x1f3ff + 1);
  return classes;
}
