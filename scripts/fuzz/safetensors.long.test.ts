/**
 * Our reader and writer of safetensors against the reference implementation, where Python has it: `pip install
 * safetensors numpy`, and STARCAST_PYTHON names the Python if it is not `python3` or that of `.venv`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors, type NamedTensor, StarcastError } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { pythonWith, runPython } from "../../packages/cli/src/testing/python.js";
import { breakWeights } from "./models.js";
import { Mutator } from "./mutate.js";

const python = pythonWith("safetensors", "numpy");

/** Reads files with the reference implementation: null where it refuses. */
const readThem = `
import base64, json, sys
import safetensors
def read(text):
    try:
        found = safetensors.deserialize(base64.b64decode(text))
    except Exception:
        return None
    return {name: [info["dtype"], info["shape"], bytes(info["data"]).hex()] for name, info in found}
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;

/** Writes files with it, of every dtype that we read, and gives their values as 32-bit floats beside them. */
const writeThem = `
import base64, json, sys
import numpy
from safetensors import TensorSpec, serialize
random = numpy.random.default_rng(json.load(sys.stdin))
types = {"float32": numpy.float32, "float64": numpy.float64, "float16": numpy.float16, "bfloat16": numpy.uint16}
def tensor(dtype):
    shape = [int(size) for size in random.integers(0, 5, random.integers(0, 4))]
    count = int(numpy.prod(shape))
    values = random.normal(scale=float(10.0 ** random.integers(-9, 5)), size=count)
    special = random.choice([numpy.nan, numpy.inf, -numpy.inf, -0.0], count)
    values = numpy.where(random.random(count) < 0.1, special, values)
    with numpy.errstate(all="ignore"):
        if dtype != "bfloat16":
            stored = values.astype(types[dtype])
            return stored, shape, stored.astype(numpy.float32)
        stored = (values.astype(numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)
        return stored, shape, (stored.astype(numpy.uint32) << 16).view(numpy.float32)
files = []
for number in range(200):
    made = {f"tensor {index} ü": (dtype, *tensor(dtype)) for index, dtype in enumerate(random.choice(list(types), random.integers(0, 6)))}
    specs = {name: TensorSpec(dtype=dtype, shape=shape, data_ptr=data.ctypes.data, data_len=data.nbytes) for name, (dtype, data, shape, _) in made.items()}
    metadata = {"format": "pt", "ключ": "\\n\\"x\\""} if number % 2 else None
    expected = {name: [shape, floats.tobytes().hex()] for name, (_, _, shape, floats) in made.items()}
    files.append({"file": base64.b64encode(serialize(specs, metadata)).decode(), "expected": expected, "metadata": metadata or {}})
print(json.dumps(files))
`;

/** Writes our tensors with it. */
const rewriteThem = `
import base64, json, sys
import numpy
from safetensors.numpy import save
def write(tensors, metadata):
    arrays = {name: numpy.frombuffer(bytes.fromhex(data), dtype="<f4").reshape(shape) for name, shape, data in tensors}
    return base64.b64encode(save(arrays, metadata or None)).decode()
print(json.dumps([write(*one) for one in json.load(sys.stdin)]))
`;

type Read = Record<string, [dtype: string, shape: number[], hex: string]> | null;

function run(program: string, input: unknown): unknown {
  const folder = mkdtempSync(join(tmpdir(), "starcast-reference-"));
  try {
    return runPython(python as string, program, input, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hex(data: Float32Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Tensors of all ranks from 0, some of them empty, with names and values of any kind. */
function anyTensors(mutator: Mutator): NamedTensor[] {
  const names = ["a", "10", "9", "größe", "\u{1f600}", "__proto__", "lstm.weight_ih_l0", "", 'q"\\'];
  return names.slice(mutator.below(names.length)).map((name) => {
    const shape = Array.from({ length: mutator.below(4) }, () => mutator.below(5));
    const count = shape.reduce((product, size) => product * size, 1);
    const bits = Uint32Array.from({ length: count }, () => mutator.below(0xffffffff) & 0xff7fffff);
    return { name, shape, data: new Float32Array(bits.buffer) };
  });
}

/** What we refuse and the reference takes, on purpose; each is told in docs/model-format.md. */
const stricter = new Set([
  "duplicate-key",
  "header-not-object",
  "unsupported-dtype",
  "bad-metadata",
  "bad-shape",
  "too-deep",
]);

describe.skipIf(python === undefined)("safetensors beside the reference implementation", () => {
  it("reads 200 files that it wrote, of every dtype, scalars and empty tensors too", () => {
    const files = run(writeThem, 1) as {
      file: string;
      expected: Record<string, [number[], string]>;
      metadata: object;
    }[];
    expect(files).toHaveLength(200);
    for (const { file, expected, metadata } of files) {
      const decoded = decodeSafetensors(Buffer.from(file, "base64"));
      expect({ ...decoded.metadata }).toEqual(metadata);
      expect(decoded.tensors).toHaveLength(Object.keys(expected).length);
      for (const { name, shape, data } of decoded.tensors) {
        expect(shape).toEqual(expected[name][0]);
        const floats = new Float32Array(new Uint8Array(Buffer.from(expected[name][1], "hex")).buffer);
        expect(data).toEqual(floats);
      }
    }
  });

  it("writes 200 files byte for byte as it does, which it reads", () => {
    const mutator = new Mutator(1, "reference");
    const sets = Array.from({ length: 200 }, () => anyTensors(mutator));
    const ours = sets.map((tensors) => encodeSafetensors(tensors, { format: "pt", größe: "ü" }));
    const read = run(readThem, ours.map(base64)) as Read[];
    for (const [index, tensors] of sets.entries()) {
      const wanted = tensors.map(({ name, shape, data }) => [name, ["F32", shape, hex(data)]]);
      expect(Object.entries(read[index] ?? {}).toSorted()).toEqual(wanted.toSorted());
    }
    // The reference keeps metadata in no certain order, so that only one text has certain bytes.
    const single = sets.map((tensors) => encodeSafetensors(tensors, { format: "pt" }));
    const input = sets.map((tensors) => [tensors.map((t) => [t.name, t.shape, hex(t.data)]), { format: "pt" }]);
    expect(run(rewriteThem, input)).toEqual(single.map(base64));
  });

  it("takes no file of 20,000 broken ones that it refuses, and reads the same from those that both take", () => {
    const originals = [1, 2, 3].map((seed) => encodeSafetensors(anyTensors(new Mutator(seed, "original")), { a: "b" }));
    const files = Array.from({ length: 20_000 }, (_, number) => {
      const mutator = new Mutator(1, `safetensors ${number}`);
      let bytes = mutator.pick(originals);
      for (let rounds = mutator.rounds(); rounds > 0; rounds--) {
        bytes = mutator.oneIn(3) ? mutator.bytes(bytes) : breakWeights(mutator, bytes);
      }
      return bytes;
    });
    const theirs = run(readThem, files.map(base64)) as Read[];
    const both = files.filter((file, number) => compare(file, theirs[number], number));
    expect(both.length).toBeGreaterThan(1000);
  });
});

/** Holds one file's two readings against each other. @returns whether both took it. */
function compare(file: Uint8Array, theirs: Read, number: number): boolean {
  let ours: NamedTensor[];
  try {
    ours = decodeSafetensors(file).tensors;
  } catch (error) {
    if (!(error instanceof StarcastError)) throw error;
    if (theirs !== null) expect(stricter, `case ${number}: ${error.message}`).toContain(error.code);
    return false;
  }
  expect(theirs, `case ${number} is refused by the reference: ${Buffer.from(file).toString("latin1")}`).not.toBeNull();
  const shapes = (entries: [string, number[]][]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(shapes(ours.map(({ name, shape }) => [name, [...shape]]))).toEqual(
    shapes(Object.entries(theirs ?? {}).map(([name, [, shape]]) => [name, shape])),
  );
  return true;
}
