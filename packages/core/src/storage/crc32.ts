const sliceCount = 8;

/** Entry `256 k + b` is the effect of byte `b` when `k` more bytes follow it. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(sliceCount * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    made[byte] = value;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256];
    made[at] = made[before & 255] ^ (before >>> 8);
  }
  return made;
}

/**
 * CRC-32 as in zip, PNG and zlib (polynomial 0xEDB88320), eight bytes at a time (Kounavis and Berry 2005).
 *
 * @param previous the sum of the bytes before these, to go on from.
 * @returns a whole number from 0 to 2^32 - 1.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const whole = bytes.length - (bytes.length % sliceCount);
  let sum = ~previous;
  for (let at = 0; at < whole; at += sliceCount) {
    const first = sum ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    sum =
      tables[1792 + (first & 255)] ^
      tables[1536 + ((first >>> 8) & 255)] ^
      tables[1280 + ((first >>> 16) & 255)] ^
      tables[1024 + (first >>> 24)] ^
      tables[768 + bytes[at + 4]] ^
      tables[512 + bytes[at + 5]] ^
      tables[256 + bytes[at + 6]] ^
      tables[bytes[at + 7]];
  }
  for (let at = whole; at < bytes.length; at++) sum = tables[(sum ^ bytes[at]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** {@link crc32} over the bytes of any typed array, in the machine's byte order. */
export function crc32OfArray(array: ArrayBufferView, previous = 0): number {
  return crc32(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), previous);
}
