import { OptionError } from "../errors.js";
import { quote } from "../quote.js";
import { encodeValues } from "./safetensorsValues.js";
import { elementCount, type StorableTensor } from "./tensor.js";

/** The data begins at a multiple of this many bytes, so that a reader can map it as floats. */
const alignment = 8;

/**
 * Writes tensors as one safetensors file of 32-bit floats and 8-bit whole numbers. The bytes depend only on the names,
 * shapes, values and metadata, never on the order given: metadata are sorted by name, tensors by the size of their
 * elements and then by name, as the reference implementation does (https://github.com/huggingface/safetensors,
 * section Format).
 *
 * @param metadata free text by name, kept in the header under `__metadata__`.
 * @throws {OptionError} when a name is used twice, reserved or not well-formed, or a shape does not fit its data.
 */
export function encodeSafetensors(
  tensors: readonly StorableTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { start, sorted, size } = planSafetensors(tensors, metadata);
  const file = new Uint8Array(size);
  file.set(start);
  let position = start.length;
  for (const { data } of sorted) {
    file.set(encodeValues(data), position);
    position += data.byteLength;
  }
  return file;
}

/** A safetensors file before it is put together. */
export interface PlannedSafetensors {
  /** The bytes before the data. */
  readonly start: Uint8Array;
  /** The tensors in the order of their data, which follow each other without a gap. */
  readonly sorted: readonly StorableTensor[];
  /** Bytes of the whole. */
  readonly size: number;
}

/** What {@link encodeSafetensors} puts together. @throws {OptionError} as it does. */
export function planSafetensors(
  tensors: readonly StorableTensor[],
  metadata: Readonly<Record<string, string>>,
): PlannedSafetensors {
  const byName = sortByName(tensors, (tensor) => tensor.name);
  const sorted = byName.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header = encodeHeader(sorted, metadata);
  const start = new Uint8Array(8 + header.length);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  start.set(header, 8);
  return { start, sorted, size: sorted.reduce((sum, { data }) => sum + data.byteLength, start.length) };
}

function encodeHeader(tensors: readonly StorableTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries: [string, unknown][] = [];
  const texts = sortByName(Object.entries(metadata), ([name]) => name);
  for (const [name, text] of texts) {
    checkWellFormed(name);
    checkWellFormed(text);
  }
  // Object.fromEntries defines own properties, so that no name, not even `__proto__`, reaches a prototype.
  if (texts.length > 0) entries.push(["__metadata__", Object.fromEntries(texts)]);
  let offset = 0;
  const names = new Set<string>();
  for (const tensor of tensors) {
    if (names.has(tensor.name)) {
      throw new OptionError("duplicate-tensor", `Two tensors are named ${quote(tensor.name)}; names must differ.`);
    }
    names.add(tensor.name);
    checkTensor(tensor);
    const end = offset + tensor.data.byteLength;
    const dtype = tensor.data instanceof Int8Array ? "I8" : "F32";
    entries.push([tensor.name, { dtype, shape: tensor.shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  // Joined by hand: an object would move names that look like array indices to the front.
  const text = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",");
  const bytes = new TextEncoder().encode(`{${text}}`);
  const padded = new Uint8Array(Math.ceil(bytes.length / alignment) * alignment).fill(0x20);
  padded.set(bytes);
  return padded;
}

function checkTensor({ name, shape, data }: StorableTensor): void {
  checkWellFormed(name);
  if (name === "__metadata__") {
    throw new OptionError("reserved-name", "A tensor cannot be named __metadata__; safetensors reserves that name.");
  }
  if (elementCount(shape) !== data.length) {
    throw new OptionError(
      "shape-data-mismatch",
      `The tensor ${quote(name)} has the shape [${shape.join(", ")}], but ${data.length} values.`,
    );
  }
}

function checkWellFormed(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new OptionError("lone-surrogate", `${quote(text)} holds half of a character and cannot be written as UTF-8.`);
  }
}

/** Order of code points, which is also that of UTF-8 bytes and so the reference implementation's. */
function sortByName<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return items.slice().sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)));
}

function compareCodePoints(a: string, b: string): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    if (a[index] !== b[index]) return (a.codePointAt(index) ?? 0) - (b.codePointAt(index) ?? 0);
  }
  return a.length - b.length;
}
