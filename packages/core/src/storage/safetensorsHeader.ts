import { FormatError } from "../errors.js";
import { quote } from "../quote.js";
import { parseJson } from "./json.js";
import { elementSizes } from "./safetensorsValues.js";
import { elementCount } from "./tensor.js";

/** Options of {@link readSafetensors} and `decodeSafetensors`. */
export interface DecodeOptions {
  /** What messages call the file; default `model.safetensors`. */
  readonly fileName?: string;
  /**
   * The longest header that is read, in bytes; default 16 MiB, some 100,000 tensors. (The reference
   * allows 100 MB, but a header parsed as JSON can take twenty times its size in memory.)
   */
  readonly maxHeaderBytes?: number;
}

/** A tensor as it lies in a file: checked, but not copied or converted yet. */
export interface StoredTensor {
  readonly name: string;
  /** A key of `elementSizes`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A view of the file: little-endian values of the dtype, row-major. */
  readonly bytes: Uint8Array;
}

/** The tensors of a file, in the order of their data, and its free texts. */
export interface StoredSafetensors {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const maxDimensions = 32;

/**
 * Reads what a safetensors file says of itself, and holds it against the bytes that are there. Nothing is allocated by
 * a size that the file claims: the tensors are views.
 *
 * @throws {FormatError} with one code a rule, see `decodeSafetensors`.
 */
export function readSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): StoredSafetensors {
  const { fileName = "model.safetensors", maxHeaderBytes = 16 * 2 ** 20 } = options;
  const { header, data } = splitFile(bytes, fileName, maxHeaderBytes);
  const value = parseJson(header, fileName, { maxBytes: maxHeaderBytes, maxDepth: 3 }) as object;
  let metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, description] of Object.entries(value)) {
    if (name === "__metadata__") metadata = readMetadata(description, fileName);
    else entries.push(readEntry(name, description, fileName));
  }
  checkSpelling(header, fileName);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkContiguous(entries, data.length, fileName);
  const tensors = entries.map(({ begin, end, ...entry }) => ({ ...entry, bytes: data.subarray(begin, end) }));
  return { tensors, metadata };
}

function splitFile(bytes: Uint8Array, fileName: string, maxHeaderBytes: number) {
  if (bytes.length < 8) {
    throw new FormatError("header-missing", `${fileName} has ${bytes.length} bytes, too few to be a safetensors file.`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new FormatError(
      "header-too-large",
      `${fileName} announces a header of ${length} bytes, more than the ${maxHeaderBytes} allowed; it is probably not a safetensors file.`,
    );
  }
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) {
    throw new FormatError(
      "header-past-end",
      `${fileName} announces a header of ${length} bytes, but ends after ${bytes.length - 8} of them; it was probably cut short.`,
    );
  }
  if (bytes[8] !== 0x7b || length === 0n) {
    throw new FormatError("header-not-object", `${fileName}: the header does not begin with "{".`);
  }
  return { header: bytes.subarray(8, dataStart), data: bytes.subarray(dataStart) };
}

function readMetadata(value: unknown, fileName: string): Record<string, string> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || !Object.entries(value).flat().every(isText)) {
    throw new FormatError("bad-metadata", `${fileName}: __metadata__ must map names to texts.`);
  }
  return value as Record<string, string>;
}

/** Half of a character, which JSON can spell, is no text to the reference implementation. */
function isText(value: unknown): boolean {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

function readEntry(name: string, value: unknown, fileName: string): Entry {
  const where = `${fileName}: the tensor ${quote(name)}`;
  if (!isText(name)) {
    throw new FormatError("bad-name", `${where} has a name that holds half of a character.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError("bad-entry", `${where} must be described by an object, but it is ${quote(value)}.`);
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const dtype = fields.get("dtype");
  const elementSize = typeof dtype === "string" ? elementSizes.get(dtype) : undefined;
  if (typeof dtype !== "string" || elementSize === undefined) {
    const known = [...elementSizes.keys()].join(", ");
    throw new FormatError("unsupported-dtype", `${where} must have a dtype of ${known}, but it is ${quote(dtype)}.`);
  }
  const shape = readShape(fields.get("shape"), where);
  const [begin, end] = readOffsets(fields.get("data_offsets"), where);
  const byteCount = (elementCount(shape) as number) * elementSize;
  if (end - begin !== byteCount) {
    throw new FormatError(
      "size-mismatch",
      `${where} has the shape [${shape.join(", ")}] of ${dtype}, ${byteCount} bytes, but its offsets span ${end - begin}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function readShape(value: unknown, where: string): readonly number[] {
  if (!Array.isArray(value) || value.length > maxDimensions || elementCount(value) === undefined) {
    throw new FormatError(
      "bad-shape",
      `${where} must have a shape of at most ${maxDimensions} whole numbers from 0, with a product below 2^53.`,
    );
  }
  return value as number[];
}

function readOffsets(value: unknown, where: string): [number, number] {
  if (Array.isArray(value) && value.length === 2) {
    const [begin, end] = value as unknown[];
    if (isOffset(begin) && isOffset(end) && begin <= end) return [begin, end];
  }
  throw new FormatError("bad-offsets", `${where} must have data_offsets [begin, end] with 0 <= begin <= end.`);
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Numbers written with a sign, a point or an exponent (`8.0`, `8e0`) have the right values, but readers in other
 * languages refuse them: one file must not be two things to two readers.
 */
function checkSpelling(header: Uint8Array, fileName: string): void {
  let inText = false;
  for (let at = 0; at < header.length; at++) {
    const character = header[at];
    if (character === backslash) at++;
    else if (character === quotationMark) inText = !inText;
    else if (!inText && (character === minus || (isPointOrExponent(character) && isDigit(header[at - 1])))) {
      const spelling = new TextDecoder().decode(header.subarray(Math.max(0, at - 16), at + 16));
      throw new FormatError(
        "bad-number",
        `${fileName}: the header has a number with a sign, a point or an exponent near ${quote(spelling)}; digits alone are allowed.`,
      );
    }
  }
}

const [quotationMark, backslash, minus] = [0x22, 0x5c, 0x2d];

function isPointOrExponent(character: number): boolean {
  return character === 0x2e || character === 0x65 || character === 0x45;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

/** Every byte of the data belongs to exactly one tensor: nothing can hide between or behind them. */
function checkContiguous(entries: readonly Entry[], dataLength: number, fileName: string): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      const [code, what] =
        begin < position ? ["overlap", "overlaps the one before"] : ["gap", "leaves a gap before it"];
      throw new FormatError(code, `${fileName}: the tensor ${quote(name)} at byte ${begin} of the data ${what}.`);
    }
    position = end;
  }
  if (position > dataLength) {
    throw new FormatError(
      "data-past-end",
      `${fileName}: the tensors need ${position} bytes of data, but there are ${dataLength}; the file was probably cut short.`,
    );
  }
  if (position < dataLength) {
    throw new FormatError("trailing-bytes", `${fileName}: ${dataLength - position} bytes follow the last tensor.`);
  }
}
