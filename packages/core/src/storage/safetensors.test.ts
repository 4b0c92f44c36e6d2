import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, OptionError, StarcastError } from "../errors.js";
import { Random } from "../random.js";
import { decodeSafetensors } from "./safetensorsDecode.js";
import { encodeSafetensors } from "./safetensorsEncode.js";
import type { NamedTensor } from "./tensor.js";

function tensor(name: string, shape: number[], values: number[]): NamedTensor {
  return { name, shape, data: Float32Array.from(values) };
}

/** A file with any header, right or wrong, followed by `dataLength` bytes. */
function fileOf(header: unknown, dataLength = 0): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + bytes.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

function entry(shape: unknown, offsets: unknown, dtype: unknown = "F32") {
  return { dtype, shape, data_offsets: offsets };
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function reference(name: string): Uint8Array {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url));
}

describe("encodeSafetensors", () => {
  it("writes these bytes: length, header padded with blanks to a multiple of 8, little-endian floats", () => {
    const header = '{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const bytes = encodeSafetensors([tensor("x", [2], [1, -2.5])], { a: "b" });
    expect(header.length).toBe(79);
    expect(Array.from(bytes)).toEqual([
      ...[80, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(`${header} `),
      ...[0, 0, 0x80, 0x3f],
      ...[0, 0, 0x20, 0xc0],
    ]);
  });

  it("writes the same bytes as the reference implementation", () => {
    const tensors = [
      tensor("lstm.weight_ih_l0", [2, 3], [-0.5, -0.25, 0, 0.25, 0.5, 0.75]),
      tensor("linear.bias", [2], [3.4028235e38, -1e-45]),
      tensor("10", [1], [1.5]),
      tensor("9", [], [-0]),
      tensor("größe", [0, 4], []),
    ];
    expect(encodeSafetensors(tensors, { format: "pt" })).toEqual(new Uint8Array(reference("reference.safetensors")));
  });

  it("gives the same bytes whatever the order of tensors and metadata", () => {
    const [a, b, c] = [tensor("b", [1], [2]), tensor("a", [1], [1]), tensor("\u{1f600}", [1], [3])];
    const first = encodeSafetensors([a, b, c], { x: "1", y: "2" });
    expect(encodeSafetensors([c, b, a], { y: "2", x: "1" })).toEqual(first);
  });

  it("aligns the data to 8 bytes for any length of name", () => {
    for (let length = 1; length <= 9; length++) {
      const file = encodeSafetensors([tensor("x".repeat(length), [1], [1])]);
      expect(file.length % 8).toBe(4);
    }
  });

  it.each([
    ["duplicate-tensor", [tensor("x", [1], [1]), tensor("x", [1], [2])]],
    ["reserved-name", [tensor("__metadata__", [1], [1])]],
    ["shape-data-mismatch", [tensor("x", [2], [1])]],
    ["shape-data-mismatch", [tensor("x", [-1, -1], [1])]],
    ["shape-data-mismatch", [tensor("x", [0.5, 2], [1])]],
    ["lone-surrogate", [tensor("\ud800", [1], [1])]],
  ])("refuses with %s what no reader would accept", (code, tensors) => {
    const error = thrownBy(() => encodeSafetensors(tensors));
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ code });
  });
});

describe("decodeSafetensors", () => {
  it("reads a file of the reference implementation, also from the middle of a buffer", () => {
    const file = reference("reference.safetensors");
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    for (const bytes of [file, shifted.subarray(3)]) {
      const { tensors, metadata } = decodeSafetensors(bytes);
      expect(metadata).toEqual({ format: "pt" });
      expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
        ["10", [1]],
        ["9", []],
        ["größe", [0, 4]],
        ["linear.bias", [2]],
        ["lstm.weight_ih_l0", [2, 3]],
      ]);
      expect(tensors[1].data).toEqual(Float32Array.of(-0));
      expect(tensors[3].data).toEqual(Float32Array.of(3.4028235e38, -1e-45));
      expect(tensors[4].data).toEqual(Float32Array.of(-0.5, -0.25, 0, 0.25, 0.5, 0.75));
    }
  });

  it("converts 64-bit and both kinds of 16-bit floats", () => {
    const { tensors } = decodeSafetensors(reference("mixed.safetensors"));
    const values = Object.fromEntries(tensors.map(({ name, data }) => [name, Array.from(data)]));
    expect(values).toEqual({
      f32: [Math.fround(0.1), -2],
      f64: [Math.fround(0.1), Number.POSITIVE_INFINITY, -0],
      f16: [0.0999755859375, -65504, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1],
      bf16: [1, -9, Number.POSITIVE_INFINITY, -(2 ** -133)],
    });
  });

  it("returns what was encoded, bit for bit", () => {
    const anyTensor = fc
      .tuple(fc.string({ unit: "binary" }), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), fc.nat())
      .map(([name, shape, seed]) => {
        const random = new Random(seed, "values");
        const length = shape.reduce((product, size) => product * size, 1);
        return {
          name,
          shape,
          data: new Float32Array(new Uint32Array(length).map(() => random.uint32() & 0xff7fffff).buffer),
        };
      })
      .filter(({ name }) => name !== "__metadata__" && !/\p{Surrogate}/u.test(name));
    const anyTensors = fc.uniqueArray(anyTensor, { selector: ({ name }) => name, maxLength: 6 });
    const byName = (a: NamedTensor, b: NamedTensor) => (a.name < b.name ? -1 : 1);
    fc.assert(
      fc.property(anyTensors, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata));
        const bits = (list: readonly NamedTensor[]) =>
          list.toSorted(byName).map(({ name, shape, data }) => [name, shape, Array.from(new Uint32Array(data.buffer))]);
        expect(bits(decoded.tensors)).toEqual(bits(tensors));
        expect(Object.entries(decoded.metadata).toSorted()).toEqual(Object.entries(metadata).toSorted());
      }),
    );
  });

  it("keeps names such as __proto__ as plain data", () => {
    const { tensors, metadata } = decodeSafetensors(
      encodeSafetensors([tensor("__proto__", [1], [1])], JSON.parse('{"__proto__":"x"}')),
    );
    expect(tensors[0].name).toBe("__proto__");
    expect(Object.entries(metadata)).toEqual([["__proto__", "x"]]);
    expect(({} as Record<string, unknown>).shape).toBeUndefined();
  });

  it("takes signs and points inside names for what they are", () => {
    const name = '-1.5e3 "\\" {}';
    expect(decodeSafetensors(encodeSafetensors([tensor(name, [1], [1])])).tensors[0].name).toBe(name);
  });

  it("accepts blanks after the header and an empty file of tensors", () => {
    expect(decodeSafetensors(fileOf("{}   "))).toEqual({ tensors: [], metadata: {} });
  });
});

const oneFloat = { f: entry([1], [0, 4]) };

describe("decodeSafetensors refuses", () => {
  it.each<[code: string, what: string, bytes: Uint8Array]>([
    ["header-missing", "an empty file", new Uint8Array()],
    ["header-missing", "seven bytes", new Uint8Array(7)],
    ["header-too-large", "a header length above the limit", Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255, 123)],
    ["header-past-end", "a header longer than the file", fileOf(oneFloat, 4).subarray(0, 20)],
    ["header-not-object", "a header of length zero, even before a brace", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 123)],
    ["header-not-object", "a header that begins with a blank", fileOf(" {}")],
    ["header-not-object", "a list", fileOf("[]")],
    ["not-utf8", "bytes that are not UTF-8", fileOf("{}").with(9, 0xff)],
    ["not-json", "a brace that is not closed", fileOf("{")],
    ["not-json", "more after the object", fileOf("{}{}")],
    ["too-deep", "deep nesting", fileOf(`{"f":${"[".repeat(1_000_000)}`)],
    ["duplicate-key", "a tensor twice", fileOf('{"f":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"f":{}}')],
    ["duplicate-key", "a tensor twice, once escaped", fileOf('{"f":{},"\\u0066":{}}')],
    ["duplicate-key", "a field twice", fileOf('{"f":{"dtype":"F32","dtype":"F32"}}')],
    ["bad-metadata", "metadata that is a list", fileOf({ __metadata__: [] })],
    ["bad-metadata", "metadata with a number", fileOf({ __metadata__: { a: 1 } })],
    ["bad-metadata", "metadata that is null", fileOf({ __metadata__: null })],
    ["bad-metadata", "half a character in the metadata", fileOf('{"__metadata__":{"a":"\\udc00"}}')],
    ["bad-name", "a lone surrogate in a name", fileOf('{"\\ud800":{}}')],
    ["bad-entry", "a tensor described by a number", fileOf({ f: 1 })],
    ["bad-entry", "a tensor described by null", fileOf({ f: null })],
    ["bad-entry", "a tensor described by a list", fileOf({ f: [] })],
    ["unsupported-dtype", "whole numbers", fileOf({ f: entry([1], [0, 8], "I64") }, 8)],
    ["unsupported-dtype", "a dtype that is an object's method", fileOf({ f: entry([1], [0, 4], "toString") }, 4)],
    ["unsupported-dtype", "no dtype", fileOf({ f: { shape: [1], data_offsets: [0, 4] } }, 4)],
    ["bad-shape", "no shape", fileOf({ f: { dtype: "F32", data_offsets: [0, 4] } }, 4)],
    ["bad-shape", "a shape that is a number", fileOf({ f: entry(1, [0, 4]) }, 4)],
    ["bad-shape", "a negative dimension", fileOf({ f: entry([-1, -1], [0, 4]) }, 4)],
    ["bad-shape", "half a dimension", fileOf({ f: entry([0.5, 2], [0, 4]) }, 4)],
    ["bad-shape", "a dimension in quotes", fileOf({ f: entry(["1"], [0, 4]) }, 4)],
    ["bad-shape", "a dimension beyond 2^53", fileOf({ f: entry([2 ** 53], [0, 4]) }, 4)],
    ["bad-shape", "a product beyond 2^53", fileOf({ f: entry([2 ** 30, 2 ** 30, 2 ** 30], [0, 4]) }, 4)],
    ["bad-shape", "too many dimensions", fileOf({ f: entry(new Array(33).fill(1), [0, 4]) }, 4)],
    ["bad-offsets", "no offsets", fileOf({ f: { dtype: "F32", shape: [1] } }, 4)],
    ["bad-offsets", "three offsets", fileOf({ f: entry([1], [0, 4, 8]) }, 4)],
    ["bad-offsets", "offsets in the wrong order", fileOf({ f: entry([1], [4, 0]) }, 4)],
    ["bad-offsets", "a negative offset", fileOf({ f: entry([1], [-4, 0]) }, 4)],
    ["bad-offsets", "half an offset", fileOf({ f: entry([1], [0.5, 4.5]) }, 8)],
    ["size-mismatch", "a shape larger than its bytes", fileOf({ f: entry([2], [0, 4]) }, 4)],
    ["size-mismatch", "a shape smaller than its bytes", fileOf({ f: entry([0], [0, 4]) }, 4)],
    ["size-mismatch", "a huge shape, without allocating it", fileOf({ f: entry([2 ** 52], [0, 4]) }, 4)],
    ["bad-number", "a size with a point", fileOf('{"f":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', 4)],
    ["bad-number", "an offset with an exponent", fileOf('{"f":{"dtype":"F32","shape":[1],"data_offsets":[0,4e0]}}', 4)],
    ["bad-number", "a minus zero", fileOf('{"f":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}', 4)],
    ["overlap", "tensors that share bytes", fileOf({ f: entry([2], [0, 8]), g: entry([2], [4, 12]) }, 12)],
    ["overlap", "two tensors at one place", fileOf({ f: entry([1], [0, 4]), g: entry([1], [0, 4]) }, 4)],
    ["gap", "a gap at the beginning", fileOf({ f: entry([1], [4, 8]) }, 8)],
    ["gap", "a gap between tensors", fileOf({ f: entry([1], [0, 4]), g: entry([1], [8, 12]) }, 12)],
    ["data-past-end", "data that is cut short", fileOf(oneFloat, 3)],
    [
      "data-past-end",
      "data far beyond the end, without allocating it",
      fileOf({ f: entry([2 ** 40], [0, 2 ** 42]) }, 4),
    ],
    ["trailing-bytes", "bytes behind the last tensor", fileOf(oneFloat, 5)],
    ["trailing-bytes", "bytes without a tensor", fileOf("{}", 1)],
  ])("with %s: %s", (code, _what, bytes) => {
    const error = thrownBy(() => decodeSafetensors(bytes));
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code });
  });

  it("a header above the caller's limit, and says so with the file's name", () => {
    const options = { fileName: "other.safetensors", maxHeaderBytes: 10 };
    expect(() => decodeSafetensors(fileOf(oneFloat, 4), options)).toThrow(
      /^other\.safetensors announces a header of 54 bytes, more than the 10 allowed/,
    );
  });

  it("in one printable sentence, also when the file holds control characters and long names", () => {
    const name = `\u001b[31m\u009b\u202e${"x".repeat(1000)}`;
    const error = thrownBy(() => decodeSafetensors(fileOf({ [name]: entry([1], [0, 4], "U8") }, 4)));
    const { message } = error as Error;
    expect(message).toMatch(
      /^model\.safetensors: the tensor "\\u001b\[31m\ufffd\ufffdx+\.\.\." must have a dtype of F32/,
    );
    expect(message.length).toBeLessThan(200);
  });
});

describe("decodeSafetensors on mutated files", () => {
  const original = encodeSafetensors(
    [tensor("a.weight", [2, 3], [1, 2, 3, 4, 5, 6]), tensor("a.bias", [3], [7, 8, 9]), tensor("scalar", [], [1])],
    { format: "pt" },
  );
  const hostile = ["{", "}", "[", '"', ":", ",", "-", "1e999", "999999999999", "null", "__proto__", "\\u0000", " "];

  function mutate(random: Random): Uint8Array {
    let bytes = Array.from(original);
    for (let edits = 1 + random.integer(3); edits > 0; edits--) {
      // Half of the edits hit the length and the header, where the structure is.
      const at = random.integer(random.integer(2) === 0 ? 200 : bytes.length + 1);
      const kind = random.integer(5);
      if (kind === 0) bytes[at] = random.integer(256);
      else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      else if (kind === 2) bytes.splice(at, 1 + random.integer(8));
      else if (kind === 3) bytes.splice(at, 0, ...new TextEncoder().encode(hostile[random.integer(hostile.length)]));
      else bytes = bytes.slice(0, at);
    }
    const file = Uint8Array.from(bytes);
    // An insertion moves the data: with the length put right, the deeper checks are reached too.
    if (random.integer(2) === 0 && file.length > 8) {
      const length = Math.max(0, file.length - original.length + new DataView(original.buffer).getUint32(0, true));
      new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
    }
    return file;
  }

  it("either decodes them consistently or throws a FormatError, 5,000 times", () => {
    const random = new Random(1, "mutations");
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 5_000; round++) {
      const file = mutate(random);
      let outcome = "decoded";
      try {
        const { tensors } = decodeSafetensors(file);
        for (const { shape, data } of tensors) {
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
      } catch (error) {
        if (!(error instanceof StarcastError)) throw error;
        expect(error).toBeInstanceOf(FormatError);
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // The mutations are worth something only if they get past the first checks.
    for (const reached of [
      "decoded",
      "not-json",
      "size-mismatch",
      "trailing-bytes",
      "bad-offsets",
      "unsupported-dtype",
    ]) {
      expect(outcomes.get(reached) ?? 0, reached).toBeGreaterThan(0);
    }
  });
});
