/** The vocabulary of a network from elsewhere: which token has which row of the embedding. */
import { FormatError, Vocabulary } from "@starcast/core";

/** Which ids have no token of their own. */
export interface SpecialIds {
  /** Of the padding. */
  readonly padding: number;
  /** Of every token that the vocabulary lacks. */
  readonly unknown: number;
}

/** The tokens, and for each of Starcast's ids (0 padding, 1 unknown, then the tokens) the row of the embedding. */
export interface ImportedVocabulary {
  readonly vocabulary: Vocabulary;
  readonly rows: readonly number[];
}

/**
 * Reads a vocabulary: a JSON list by id, a JSON object from token to id, Starcast's own `vocabulary.txt`, or a text
 * file with a token a line, in the order of ids. A list may leave out padding and unknown when those have ids 0 and 1.
 *
 * @param rowCount rows of the embedding.
 * @throws {FormatError} `bad-vocabulary`, naming the file and the place.
 */
export function readTokens(text: string, fileName: string, rowCount: number, special: SpecialIds): ImportedVocabulary {
  for (const [name, id] of Object.entries(special)) {
    if (id >= rowCount)
      throw refuse(fileName, `the id ${id} of ${name} is not one of the ${rowCount} rows of the embedding`);
  }
  if (special.padding === special.unknown) {
    throw refuse(fileName, `padding and unknown cannot both have the id ${special.padding}`);
  }
  const byId = tokensById(text, fileName, rowCount, special);
  const rows = [special.padding, special.unknown];
  const ids = new Map<string, number>();
  for (const [id, token] of byId.entries()) {
    if (id === special.padding || id === special.unknown) continue;
    if (token === undefined) throw refuse(fileName, `no token has the id ${id}`);
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw refuse(fileName, `${shown(token)} has two ids, ${earlier} and ${id}`);
    }
    ids.set(token, id);
    rows.push(id);
  }
  return { vocabulary: Vocabulary.fromTokens([...ids.keys()]), rows };
}

function tokensById(text: string, fileName: string, rowCount: number, special: SpecialIds): (string | undefined)[] {
  const value = /\.json$/i.test(fileName) ? parse(text, fileName) : linesOf(text, fileName);
  return Array.isArray(value) ? listById(value, fileName, rowCount, special) : objectById(value, fileName, rowCount);
}

function parse(text: string, fileName: string): unknown[] | object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(fileName, `it is not valid JSON (${(cause as Error).message})`, { cause });
  }
  if (typeof value === "object" && value !== null) return value;
  throw refuse(fileName, "it has to be a JSON list of tokens, or an object from tokens to ids");
}

function linesOf(text: string, fileName: string): string[] {
  if (/^<pad>\r?\n<unk>\r?\n/.test(text)) {
    const own = Vocabulary.fromLines(text);
    return Array.from({ length: own.size }, (_, id) => own.tokenOf(id));
  }
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw refuse(fileName, "it is empty");
  return lines;
}

function listById(list: readonly unknown[], fileName: string, rowCount: number, special: SpecialIds): string[] {
  const wrong = list.findIndex((token) => typeof token !== "string");
  if (wrong >= 0) throw refuse(fileName, `item ${wrong + 1} of the list is not a text`);
  const tokens = list as readonly string[];
  if (tokens.length === rowCount) return [...tokens];
  if (tokens.length === rowCount - 2 && Math.max(special.padding, special.unknown) === 1) return ["", "", ...tokens];
  throw refuse(fileName, `it has ${tokens.length} tokens, but the embedding ${rowCount} rows, one a token`);
}

function objectById(ids: object, fileName: string, rowCount: number): (string | undefined)[] {
  const byId = new Array<string | undefined>(rowCount).fill(undefined);
  for (const [token, id] of Object.entries(ids) as [string, unknown][]) {
    if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) >= rowCount) {
      throw refuse(
        fileName,
        `${shown(token)} has the id ${shown(id)}, but ids are whole numbers from 0 to ${rowCount - 1}, the rows of the embedding`,
      );
    }
    const taken = byId[id as number];
    if (taken !== undefined)
      throw refuse(fileName, `${shown(taken)} and ${shown(token)} have the same id ${id as number}`);
    byId[id as number] = token;
  }
  return byId;
}

/** A value of the file in a message. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function refuse(fileName: string, problem: string, options?: ErrorOptions): FormatError {
  return new FormatError("bad-vocabulary", `The vocabulary ${fileName} does not fit: ${problem}.`, options);
}
