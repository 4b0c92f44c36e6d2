/**
 * Makes the generated modules of the engine.
 *
 * Compiles the kernels for training and those for predictions to WebAssembly, each twice: with plain SIMD and with relaxed
 * SIMD (fused multiply-add); those for predictions once more, with the relaxed dot product of bytes. The bytes go base64-encoded into TypeScript modules, so that every bundler and a page without
 * one load them alike. Bundles the entries of the worker threads into strings for the same reason.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import asc from "assemblyscript/asc";
import { build } from "esbuild";

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const madeBy = "// Made by scripts/build-kernels.mjs from";

/** A half-written module must never be left in place of a good one. */
async function replaceFile(path, text) {
  const target = join(packageFolder, path);
  await writeFile(`${target}.tmp`, text);
  await rename(`${target}.tmp`, target);
}

async function compile(entry, features, folder, constants = []) {
  const outFile = join(folder, "kernels.wasm");
  const { error, stderr } = await asc.main(
    [
      join(packageFolder, entry),
      ...["--outFile", outFile, "-O3", "--noAssert", "--converge", "--memoryBase", "1024", "--runtime", "stub"],
      ...["--use", "abort=", "--importMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
      ...features.flatMap((feature) => ["--enable", feature]),
      ...constants.flatMap((constant) => ["--use", `${constant}=1`]),
    ],
    { stdout: undefined },
  );
  if (error) throw new Error(`The kernels do not compile:\n${stderr}\n${error.message}`);
  return await readFile(outFile);
}

/** Where the constants of a module end: asked here, so that no start-up has to. */
function heapBase(bytes) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.heapBase();
}

async function makeKernels(entry, target, folder) {
  const simd = await compile(entry, ["simd"], folder);
  const relaxed = await compile(entry, ["simd", "relaxed-simd"], folder);
  const constantsEnd = Math.max(heapBase(simd), heapBase(relaxed));
  const lines = [
    `${madeBy} ${entry}.`,
    `export const constantsEnd = ${constantsEnd};`,
    `export const simdBase64 = "${simd.toString("base64")}";`,
    `export const relaxedSimdBase64 = "${relaxed.toString("base64")}";`,
  ];
  await replaceFile(target, `${lines.join("\n")}\n`);
  console.log(`${entry}: ${simd.length} bytes of WebAssembly, ${relaxed.length} with relaxed SIMD`);
  return { simd, relaxed, constantsEnd };
}

/** Kernels for predictions with 8-bit weights, where an engine has a right dot product of bytes. */
async function makeByteKernels(entry, target, folder) {
  const bytes = await compile(entry, ["simd", "relaxed-simd"], folder, ["dotOfBytes"]);
  const text = `${madeBy} ${entry}.\nexport const byteBase64 = "${bytes.toString("base64")}";\n`;
  await replaceFile(target, text);
  console.log(`${entry}: ${bytes.length} bytes of WebAssembly with the dot product of bytes`);
  return heapBase(bytes);
}

async function makeWorker(entry, target) {
  const worker = await build({
    entryPoints: [join(packageFolder, entry)],
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
  });
  const source = worker.outputFiles[0].text;
  await replaceFile(target, `${madeBy} ${entry}.\nexport const workerSource = ${JSON.stringify(source)};\n`);
  console.log(`${entry}: ${source.length} bytes of worker`);
}

// Node 20 has relaxed SIMD behind a flag that later versions do not know.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const folder = await mkdtemp(join(tmpdir(), "starcast-kernels-"));
try {
  await makeKernels("assembly/index.ts", "src/kernels/wasmBinary.generated.ts", folder);
  const prediction = await makeKernels("assembly/prediction.ts", "src/kernels/predictionBinary.generated.ts", folder);
  const end = await makeByteKernels("assembly/prediction.ts", "src/kernels/byteBinary.generated.ts", folder);
  if (end > prediction.constantsEnd) throw new Error("The constants of the kernels for bytes end beyond the others'.");
  // As files too, for runtimes that take WebAssembly only so: see useKernels.
  await mkdir(join(packageFolder, "dist"), { recursive: true });
  await replaceFile("dist/simd.wasm", prediction.simd);
  await replaceFile("dist/relaxed-simd.wasm", prediction.relaxed);
  await makeWorker("src/nn/worker.ts", "src/nn/workerSource.generated.ts");
  await makeWorker("src/nn/prediction/worker.ts", "src/nn/prediction/workerSource.generated.ts");
} finally {
  await rm(folder, { recursive: true, force: true });
}
