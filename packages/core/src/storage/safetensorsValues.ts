/** Bytes an element, of each dtype that can be read. */
export const elementSizes: ReadonlyMap<string, number> = new Map([
  ["F32", 4],
  ["F64", 8],
  ["F16", 2],
  ["BF16", 2],
  ["I8", 1],
]);

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Little-endian values of a dtype in `elementSizes`, as 32-bit floats (F64 is rounded to the nearest, I8 are whole numbers). */
export function decodeValues(bytes: Uint8Array, dtype: string): Float32Array {
  const size = elementSizes.get(dtype) as number;
  // The usual case, twenty times as fast as number by number: the bytes are what this processor has in memory.
  if (dtype === "F32" && isLittleEndian) return new Float32Array(new Uint8Array(bytes).buffer);
  if (dtype === "I8") return new Float32Array(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / size);
  if (dtype === "F32") {
    for (let index = 0; index < values.length; index++) values[index] = view.getFloat32(index * 4, true);
  } else if (dtype === "F64") {
    for (let index = 0; index < values.length; index++) values[index] = view.getFloat64(index * 8, true);
  } else if (dtype === "F16") {
    for (let index = 0; index < values.length; index++) values[index] = halfToNumber(view.getUint16(index * 2, true));
  } else {
    // BF16 is the upper half of an F32.
    const upperHalves = new Uint32Array(values.buffer);
    for (let index = 0; index < values.length; index++) upperHalves[index] = view.getUint16(index * 2, true) << 16;
  }
  return values;
}

/** Values as little-endian bytes; a view of them where they lie so in memory already. */
export function encodeValues(values: Float32Array | Int8Array): Uint8Array {
  if (isLittleEndian || values instanceof Int8Array) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const view = new DataView(new ArrayBuffer(values.byteLength));
  for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index], true);
  return new Uint8Array(view.buffer);
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 0x400) * 2 ** (exponent - 15);
}
