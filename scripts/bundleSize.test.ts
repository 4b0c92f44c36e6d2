import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const most = 60_000;
const core = fileURLToPath(new URL("../packages/core/dist/index.js", import.meta.url));

/** A page that loads a model and rates, as its visitors receive it. */
async function bundleRatingPage(): Promise<{ bytes: Uint8Array; modules: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { httpFolder, RatingModel } from ${JSON.stringify(core)};
        export const rate = async (text) => (await RatingModel.load(httpFolder("/model"))).predict(text);`,
      resolveDir: ".",
    },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
  });
  const modules = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { bytes: outputFiles[0].contents, modules };
}

it("sends a page that rates at most 60 KB, gzipped, WebAssembly included, and nothing of training and explaining", async () => {
  const { bytes, modules } = await bundleRatingPage();
  expect(modules.some((path) => path.endsWith("nn/predictionNetwork.js"))).toBe(true);
  expect(modules.some((path) => path.endsWith("kernels/predictionBinary.generated.js"))).toBe(true);
  const training =
    /nn\/(lstmNetwork|gradientNetwork|layers\/.*)\.js$|explain\/|kernels\/wasmBinary\.generated\.js$|model\/trainingRun\.js$/;
  expect(modules.filter((path) => training.test(path))).toEqual([]);
  expect(gzipSync(bytes).length).toBeLessThanOrEqual(most);
});
