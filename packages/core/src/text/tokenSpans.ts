/** Where tokens stand in the text as it was written, which the tokenizers change before they cut it. */
import { splitCleanText } from "./articleTokenizer.js";
import { CharacterClass, classOf, classTable } from "./characterClasses.js";
import { cleanText } from "./clean.js";
import { normaliseText, zeroWidthJoiner } from "./normaliseText.js";
import { checkNormalisedLength } from "./textLength.js";
import type { TokenizerName } from "./tokenizer.js";
import { splitNormalText } from "./wordTokenizer.js";

/** A token and the part of the text that it was made of, in UTF-16 code units: `text.slice(start, end)`. */
export interface TokenSpan {
  readonly token: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a text, the same as the tokenizer of that name gives, with their places. Spans ascend and do not overlap,
 * except that the pieces of one character (a fraction, a ligature) share it.
 */
export function tokenSpans(name: TokenizerName, text: string): TokenSpan[] {
  const places: number[] = [];
  const [tokens, origins] = name === "article" ? splitArticle(text, places) : splitWords(text, places);
  return tokens.map((token, index) => ({
    token,
    start: origins.starts[places[2 * index]],
    end: origins.ends[places[2 * index + 1] - 1],
  }));
}

/** For each code unit of a changed text, where what it was made of starts and ends in the original. */
interface Origins {
  readonly starts: number[];
  readonly ends: number[];
}

function splitArticle(text: string, places: number[]): [string[], Origins] {
  const origins: Origins = { starts: [], ends: [] };
  // Cleaning makes one space of each run of characters beyond ASCII, and of every other character one.
  for (const { 0: piece, index } of text.matchAll(/[^\x00-\x7f]+|[\x00-\x7f]/g)) {
    origins.starts.push(index);
    origins.ends.push(index + piece.length);
  }
  return [splitCleanText(cleanText(text), places), origins];
}

function splitWords(text: string, places: number[]): [string[], Origins] {
  const line = normaliseText(text);
  checkNormalisedLength(line);
  return [splitNormalText(line, places), originsOf(text)];
}

/**
 * Normalising a text is normalising the pieces between its blanks, since what follows a blank does not depend on what
 * comes before.
 */
function originsOf(text: string): Origins {
  const origins: Origins = { starts: [], ends: [] };
  for (const { 0: piece, index } of text.matchAll(/[ \t\r\n]?[^ \t\r\n]*/g)) {
    if (isAscii(piece)) {
      for (let at = index; at < index + piece.length; at++) addOrigin(origins, 1, at, at + 1);
    } else addPiece(origins, piece, index);
  }
  return origins;
}

/** By characters with what belongs to them; where that does not add up, the whole piece is the origin of all its units. */
function addPiece(origins: Origins, piece: string, at: number): void {
  const clusters = clustersOf(piece);
  const lengths = clusters.map((cluster) => normaliseText(cluster).length);
  const { length } = normaliseText(piece);
  if (lengths.reduce((sum, count) => sum + count, 0) !== length) {
    addOrigin(origins, length, at, at + piece.length);
    return;
  }
  let start = at;
  for (const [index, cluster] of clusters.entries()) {
    addOrigin(origins, lengths[index], start, start + cluster.length);
    start += cluster.length;
  }
}

function addOrigin({ starts, ends }: Origins, count: number, start: number, end: number): void {
  for (let unit = 0; unit < count; unit++) {
    starts.push(start);
    ends.push(end);
  }
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** Cuts where normalisation joins nothing: not before marks, what is invisible, skin tones and parts of a syllable. */
function clustersOf(piece: string): string[] {
  const classes = classTable();
  const clusters: string[] = [];
  let cluster = "";
  let previous = 0;
  for (const character of piece) {
    const code = character.codePointAt(0) as number;
    const kind = classOf(classes, code);
    const joins =
      kind === CharacterClass.mark ||
      kind === CharacterClass.ignorable ||
      kind === CharacterClass.modifier ||
      previous === zeroWidthJoiner ||
      isJamoOrVoicing(code);
    if (!joins && cluster !== "") {
      clusters.push(cluster);
      cluster = "";
    }
    cluster += character;
    previous = code;
  }
  clusters.push(cluster);
  return clusters;
}

/** Vowels and endings of Korean syllables, and the half-width signs that make Japanese syllables voiced. */
function isJamoOrVoicing(code: number): boolean {
  return (code >= 0x1161 && code <= 0x11ff) || code === 0xff9e || code === 0xff9f;
}
