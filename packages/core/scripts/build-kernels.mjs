/**
 * Makes the two generated modules of the engine.
 *
 * Compiles assembly/ to WebAssembly, twice: with plain SIMD and with relaxed SIMD (fused multiply-add). The bytes go
 * base64-encoded into a TypeScript module, so that every bundler and a page without one load them alike. Bundles the worker threads' entry into a string for the same reason.
 */
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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

async function compile(features, folder) {
  const outFile = join(folder, "kernels.wasm");
  const { error, stderr } = await asc.main(
    [
      join(packageFolder, "assembly/index.ts"),
      ...[
        "--outFile",
        outFile,
        "-O3",
        "--noAssert",
        "--converge",
        "--memoryBase",
        "1024",
        "--runtime",
        "stub",
        "--use",
        "abort=",
      ],
      ...["--importMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
      ...features.flatMap((feature) => ["--enable", feature]),
    ],
    { stdout: undefined },
  );
  if (error) throw new Error(`The kernels do not compile:\n${stderr}\n${error.message}`);
  return (await readFile(outFile)).toString("base64");
}

const folder = await mkdtemp(join(tmpdir(), "starcast-kernels-"));
try {
  const simd = await compile(["simd"], folder);
  const relaxed = await compile(["simd", "relaxed-simd"], folder);
  await replaceFile(
    "src/kernels/wasmBinary.generated.ts",
    `${madeBy} assembly/.\nexport const simdBase64 = "${simd}";\nexport const relaxedSimdBase64 = "${relaxed}";\n`,
  );
  const worker = await build({
    entryPoints: [join(packageFolder, "src/nn/worker.ts")],
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
  });
  const workerSource = worker.outputFiles[0].text;
  await replaceFile(
    "src/nn/workerSource.generated.ts",
    `${madeBy} src/nn/worker.ts.\nexport const workerSource = ${JSON.stringify(workerSource)};\n`,
  );
  console.log(
    `kernels: ${Math.round((simd.length * 3) / 4)} bytes of WebAssembly, ${Math.round((relaxed.length * 3) / 4)} with relaxed SIMD; worker: ${workerSource.length} bytes`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
