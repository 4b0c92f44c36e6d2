/** Exported ONNX files in ONNX Runtime: the native one of Node, and the one for browsers, on 2,000 texts. */
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mustRun, npm, place, repository } from "./place.js";

const command = "node_modules/starcast/bin/starcast.js";
const reviews = join(repository, "../shared/data/womens-clothing-reviews.csv");
const hasReviews = existsSync(reviews);
const recipes = ["best", "fixed", "regression"];
/** The version of onnxruntime-web among the development dependencies. */
const nativeRuntime = "onnxruntime-node@1.30.0";

describe(`exported to ONNX, on ${hasReviews ? "real reviews" : "the synthetic sample (../shared/data is not there)"}`, () => {
  beforeAll(async () => {
    // Its install script only fetches what graphics cards need.
    mkdirSync(place("runtime"));
    await npm(["install", "--ignore-scripts", "--prefix", place("runtime"), nativeRuntime], place("runtime"));
    await mustRun(process.execPath, ["travel.mjs", ...(hasReviews ? [reviews] : [])], place("consumer"));
    for (const recipe of recipes) {
      const args = ["export", `travel-${recipe}`, "--format", "onnx", "--out", `travel-${recipe}.onnx`];
      await mustRun(process.execPath, [command, ...args], place("consumer"));
    }
  });

  const runtimes = {
    "onnxruntime-node": () => place("runtime/node_modules/onnxruntime-node/dist/index.js"),
    "onnxruntime-web": () => createRequire(import.meta.url).resolve("onnxruntime-web"),
  };

  it.each(recipes.flatMap((recipe) => Object.entries(runtimes).map(([name, path]) => ({ recipe, name, path }))))(
    "a model of the recipe $recipe rates 2,000 texts alike in $name",
    async ({ recipe, path }) => {
      const args = ["compareOnnx.mjs", path(), `travel-${recipe}`, `travel-${recipe}.onnx`];
      const { compared, largest } = JSON.parse(await mustRun(process.execPath, args, place("consumer"))) as {
        compared: number;
        largest: number;
      };
      expect(compared).toBe(2000);
      expect(largest).toBeLessThan(1e-5);
      expect(largest).toBeGreaterThan(0);
    },
  );
});
