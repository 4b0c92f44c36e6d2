/**
 * Bundles page/, with the part of @starcast/core that predicts, into a TypeScript module of strings: so
 * `starcast export --format html` needs no bundler where it runs.
 */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(packageFolder, "src/export/html/page.generated.ts");

const { outputFiles } = await build({
  entryPoints: [join(packageFolder, "page/page.ts")],
  bundle: true,
  format: "iife",
  minify: true,
  target: "es2022",
  // Nothing outside ASCII, so that the page is the same in whatever encoding somebody saves it.
  charset: "ascii",
  legalComments: "none",
  write: false,
});
const program = outputFiles[0].text.trim();
if (/<\/script|<!--/i.test(program)) throw new Error("The program would end its own script element.");
const { code: style } = await transform(await readFile(join(packageFolder, "page/page.css"), "utf8"), {
  loader: "css",
  minify: true,
});
/** The hash by which a content security policy allows an inline program or style. */
const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const source = [
  "// Made by scripts/build-page.mjs from page/.",
  `export const pageProgram = ${JSON.stringify(program)};`,
  `export const pageProgramHash = ${JSON.stringify(hashOf(program))};`,
  `export const pageStyle = ${JSON.stringify(style.trim())};`,
  `export const pageStyleHash = ${JSON.stringify(hashOf(style.trim()))};`,
  "",
].join("\n");
// A half-written module must never be left in place of a good one.
await writeFile(`${target}.tmp`, source);
await rename(`${target}.tmp`, target);
console.log(`page: ${program.length} bytes of program, ${style.length} of style`);
