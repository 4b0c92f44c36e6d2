/**
 * Bundles the built library into one module for Node, which takes several times as long to find and read a hundred small
 * ones. Browsers' bundlers get the small ones: they keep what a page uses of them.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
await build({
  entryPoints: [join(dist, "index.js")],
  outdir: join(dist, "node"),
  bundle: true,
  // What is imported on demand, such as the workers' source, stays apart.
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
});
