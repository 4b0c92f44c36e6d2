import { DataError, OptionError } from "../errors.js";
import type { Random } from "../random.js";
import { paddingId, unknownId, type Vocabulary } from "./vocabulary.js";

/** Which vectors to keep, and what to expect of the file. */
export interface WordVectorOptions {
  /** Only the vectors of its tokens are kept. */
  readonly wanted: Vocabulary;
  /** Named in error messages. */
  readonly fileName?: string;
  /** Numbers a vector has. Default: as many as the header says or the first line has. */
  readonly size?: number;
}

/** Pretrained vectors of some tokens of a vocabulary. */
export interface WordVectors {
  /** Numbers in each vector. */
  readonly size: number;
  /** From token id to its vector, `size` long. */
  readonly rows: ReadonlyMap<number, Float32Array>;
  readonly coverage: WordVectorCoverage;
}

/** How much of the vocabulary and of the texts has a pretrained vector. */
export interface WordVectorCoverage {
  /** Tokens of the vocabulary with a vector. */
  readonly foundTokens: number;
  /** Tokens of the vocabulary, padding and unknown not counted. */
  readonly vocabularyTokens: number;
  /**
   * Share of the tokens in the texts that have a vector, 0 to 1, each token counted as often as it occurs and runs of
   * spaces not at all. Absent when the vocabulary has no counts, as a loaded one.
   */
  readonly shareOfText?: number;
}

/**
 * Reads word vectors in the text form of GloVe or word2vec (fastText's too): a token and its numbers a line, with
 * spaces between; a first line of two whole numbers is word2vec's header. Numbers are split off from the right, since
 * some of GloVe's tokens contain spaces. Of a token given twice, the first vector counts.
 *
 * @param lines as of `linesOf`; only the vectors wanted are held in memory.
 * @throws {DataError} `bad-word-vector` for a malformed line, with file name and line number; `no-word-vectors` when
 *   there is no line.
 * @throws {OptionError} `vector-size` when `size` is not a whole number from 1.
 */
export async function readWordVectors(
  lines: AsyncIterable<string> | Iterable<string>,
  options: WordVectorOptions,
): Promise<WordVectors> {
  const { wanted, fileName = "The word vectors" } = options;
  let size = options.size;
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 1)) {
    throw new OptionError("vector-size", `The size of the vectors has to be a whole number from 1, not ${size}.`);
  }
  const rows = new Map<number, Float32Array>();
  let lineNumber = 0;
  for await (const raw of lines) {
    lineNumber++;
    const line = trimEnd(raw);
    if (line === "") continue;
    try {
      const header = lineNumber === 1 ? /^\d+[ \t](\d+)$/.exec(line) : null;
      if (header === null) size = readRow(line, size, wanted, rows);
      else size = sizeOfHeader(Number(header[1]), size);
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      throw new DataError("bad-word-vector", `${fileName}, line ${lineNumber}: ${error.message}.`);
    }
  }
  if (size === undefined) throw new DataError("no-word-vectors", `${fileName}: there is no line with a word vector.`);
  return { size, rows, coverage: coverageOf(wanted, rows) };
}

/** What is wrong with a line, before file and number are known. */
class MalformedLine extends Error {}

function sizeOfHeader(headerSize: number, size: number | undefined): number {
  if (headerSize < 1) throw new MalformedLine("the header says that vectors have no numbers");
  if (size !== undefined && headerSize !== size) {
    throw new MalformedLine(`the header says that vectors have ${headerSize} numbers, where ${size} were asked for`);
  }
  return headerSize;
}

/** Keeps the row when wanted. @returns the size, found out from this row when not known yet. */
function readRow(
  line: string,
  knownSize: number | undefined,
  wanted: Vocabulary,
  rows: Map<number, Float32Array>,
): number {
  const size = knownSize ?? countNumbers(line);
  if (size === 0) throw new MalformedLine("a token with at least one number was expected");
  const tokenEnd = startOfNumbers(line, size);
  const token = line.slice(0, tokenEnd);
  const id = wanted.idOf(token);
  if (id !== unknownId) {
    if (!rows.has(id)) rows.set(id, parseNumbers(line.slice(tokenEnd + 1), size));
  } else if (hasDecimalAtEnd(token)) {
    throw new MalformedLine(`more than ${size} numbers, the size of the vectors before it`);
  }
  return size;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Without spaces and tabs at the end; other white space can be a token. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && isSeparator(line.charCodeAt(end - 1))) end--;
  return line.slice(0, end);
}

/** Place of the separator before the last `size` fields. */
function startOfNumbers(line: string, size: number): number {
  let missing = size;
  let at = line.length;
  while (missing > 0 && at > 0) {
    at--;
    if (!isSeparator(line.charCodeAt(at))) continue;
    if (isSeparator(line.charCodeAt(at + 1))) throw new MalformedLine("two spaces in a row among the numbers");
    missing--;
  }
  if (missing > 0)
    throw new MalformedLine(`a token and ${size} numbers were expected, ${size - missing + 1} fields found`);
  if (at === 0) throw new MalformedLine("the token before the numbers is missing");
  return at;
}

const decimal = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** Number of fields at the end of the line that are numbers; the first field is always the token. */
function countNumbers(line: string): number {
  const fields = line.split(/[ \t]/).slice(1);
  return fields.length - 1 - fields.findLastIndex((field) => !decimal.test(field));
}

/** Tokens with spaces exist, but none ends like a vector: then the line has too many numbers. */
function hasDecimalAtEnd(token: string): boolean {
  return /[ \t][-+]?\d*\.\d+(?:e[-+]?\d+)?$/i.test(token);
}

function parseNumbers(text: string, size: number): Float32Array {
  const fields = text.split(/[ \t]/);
  const vector = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    vector[index] = decimal.test(fields[index]) ? Number(fields[index]) : Number.NaN;
    if (!Number.isFinite(vector[index])) {
      const shown = JSON.stringify(fields[index].slice(0, 40));
      throw new MalformedLine(`${shown} is not a number that fits into 32 bits`);
    }
  }
  return vector;
}

function coverageOf(vocabulary: Vocabulary, rows: ReadonlyMap<number, Float32Array>): WordVectorCoverage {
  const found = { foundTokens: rows.size, vocabularyTokens: vocabulary.keptTokens };
  const counts = vocabulary.tokenCounts;
  if (counts === undefined) return found;
  let covered = 0;
  let total = 0;
  for (let id = unknownId; id < vocabulary.size; id++) {
    if (id !== unknownId && vocabulary.tokenOf(id).trim() === "") continue;
    total += counts[id];
    if (rows.has(id)) covered += counts[id];
  }
  return { ...found, shareOfText: total === 0 ? 0 : covered / total };
}

/**
 * The weights an embedding starts from, `vocabulary.size` rows of `vectors.size`, row-major: the pretrained vector
 * where there is one, zeros for padding, numbers uniform in [-0.25, 0.25) for all else, unknown included (the
 * article's rule).
 */
export function buildEmbeddingMatrix(vocabulary: Vocabulary, vectors: WordVectors, random: Random): Float32Array {
  const { size, rows } = vectors;
  const matrix = new Float32Array(vocabulary.size * size);
  for (let id = paddingId + 1; id < vocabulary.size; id++) {
    const row = rows.get(id);
    if (row !== undefined) matrix.set(row, id * size);
    else for (let index = id * size; index < (id + 1) * size; index++) matrix[index] = random.uniform() * 0.5 - 0.25;
  }
  return matrix;
}
