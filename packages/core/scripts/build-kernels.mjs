/**
 * Compiles assembly/ to WebAssembly, twice: with plain SIMD and with relaxed SIMD (fused multiply-add). The bytes go
 * base64-encoded into a TypeScript module, so that every bundler and a page without one load them alike.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(packageFolder, "src/kernels/wasmBinary.generated.ts");

async function compile(features, folder) {
  const outFile = join(folder, "kernels.wasm");
  const { error, stderr } = await asc.main(
    [
      join(packageFolder, "assembly/index.ts"),
      ...["--outFile", outFile, "-O3", "--noAssert", "--converge", "--runtime", "stub", "--use", "abort="],
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
  const source = `// Made by scripts/build-kernels.mjs from assembly/.
export const simdBase64 = "${simd}";
export const relaxedSimdBase64 = "${relaxed}";
`;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.tmp`, source);
  await rename(`${target}.tmp`, target);
  console.log(`kernels: ${Math.round((simd.length * 3) / 4)} bytes of WebAssembly, ${Math.round((relaxed.length * 3) / 4)} with relaxed SIMD`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
