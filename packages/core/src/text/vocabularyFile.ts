/**
 * The text form of a vocabulary, `vocabulary.txt`: UTF-8, one token a line, so that line number minus one is the id.
 * The first two lines are `<pad>` and `<unk>`. White space, control characters, lone surrogates and the backslash are
 * written as `\n`, `\r`, `\t`, `\\` or `\uXXXX`, the empty token as `\e`.
 */
import { FormatError } from "../errors.js";
import { quote } from "../quote.js";

const firstLines = ["<pad>", "<unk>"];

/** Characters that an editor, a terminal or UTF-8 would lose or not show. */
const invisible =
  /[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff]/u;
const needsEscape = new RegExp(`${invisible.source}|\\\\`, "gu");
const shortEscapes = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\\", "\\\\"],
]);

/** @param tokens in order of their ids, from 2 on. */
export function formatVocabulary(tokens: readonly string[]): string {
  return `${[...firstLines, ...tokens.map(escapeToken)].join("\n")}\n`;
}

function escapeToken(token: string): string {
  if (token === "") return "\\e";
  return token.replace(needsEscape, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return shortEscapes.get(character) ?? `\\u${code}`;
  });
}

/**
 * The ids of the tokens, in order, from 2 on. Lines may end in CR LF, as some editors leave them.
 *
 * @param maxLines most lines to read. More are an error, and are not held in memory.
 * @throws {FormatError} `vocabulary-header`, `vocabulary-line` or `vocabulary-duplicate`, with the line number, or
 *   `vocabulary-size`.
 */
export function parseVocabulary(text: string, maxLines = 1 << 24): Map<string, number> {
  // One more for the empty piece after the last line feed, and one that is too many.
  const lines = text.split("\n", maxLines + 2).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > maxLines) {
    throw new FormatError(
      "vocabulary-size",
      `vocabulary.txt has more than the ${maxLines} lines expected; it belongs to another model or was changed.`,
    );
  }
  for (const [index, expected] of firstLines.entries()) {
    if (lines[index] !== expected) throw lineError("vocabulary-header", index, `has to be ${expected}`);
  }
  // The first line is that of id 0.
  const ids = new Map<string, number>();
  for (let id = firstLines.length; id < lines.length; id++) {
    const token = unescapeToken(lines[id], id);
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw lineError("vocabulary-duplicate", id, `repeats the token ${quote(token)} of line ${earlier + 1}`);
    }
    ids.set(token, id);
  }
  return ids;
}

/** Whether every character is a letter, digit or sign of ASCII, none of them a backslash: such a line is its token. */
function isPlain(line: string): boolean {
  for (let index = 0; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === 0x5c) return false;
  }
  return line !== "";
}

function unescapeToken(line: string, index: number): string {
  // Nearly all lines, and start-up waits for all of them.
  if (isPlain(line)) return line;
  if (line === "\\e") return "";
  if (line === "") throw lineError("vocabulary-line", index, "is empty; the empty token is written as \\e");
  const raw = invisible.exec(line);
  if (raw !== null) {
    const code = raw[0].charCodeAt(0).toString(16).padStart(4, "0");
    throw lineError("vocabulary-line", index, `holds an invisible character that has to be written as \\u${code}`);
  }
  return line.replace(/\\(?:u([0-9a-fA-F]{4})|(.?))/gsu, (escape, code: string | undefined, letter: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (letter === "n") return "\n";
    if (letter === "r") return "\r";
    if (letter === "t") return "\t";
    if (letter === "\\") return "\\";
    throw lineError("vocabulary-line", index, `holds the unknown escape ${escape}`);
  });
}

function lineError(code: string, index: number, problem: string): FormatError {
  return new FormatError(
    code,
    `vocabulary.txt, line ${index + 1}, ${problem}. The file was not written by Starcast or was changed.`,
  );
}
