import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run as runProgram, runStarcast } from "../support/command.mjs";
import { loadCore } from "../support/core.mjs";
import { measureInTurns } from "../support/measure.mjs";
import { findPython, peerEnvironment } from "../support/pytorch.mjs";
import { findReviews, readReviews } from "../support/trainingData.mjs";

export const description =
  "From the reviews' CSV to a saved model at the article's best RMSE, 0.782 on validation data";

const wantedRmse = 0.782;
const articleProgram = fileURLToPath(new URL("../reference/article.py", import.meta.url));
/**
 * The article's program, as it was recorded: of its recipes and the seeds that were run to their end, `variable` with
 * seed 2 was the first to reach the RMSE (seed 3 needed 69 epochs; two seeds of `regression` ended above it).
 */
const recorded = { recipe: "variable", seed: 2, epochs: 20 };

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run(options) {
  const reviews = findReviews();
  if (!reviews) throw new Error("This benchmark needs the article's reviews: name their CSV in STARCAST_DATA.");
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  const starcast = await starcastSystem(reviews, folder);
  const python = await findPython("torch, numpy, spacy");
  const article = python ? await articleSystem(python, reviews, folder) : undefined;
  try {
    const summaries = await measureInTurns([starcast.system, ...(article ? [article.system] : [])], options);
    const seconds = summaries[0].medianSeconds;
    return {
      work: `raw CSV to a model on disk with an RMSE of at most ${wantedRmse} on validation data; the article's program is measured for one epoch`,
      data: "the article's reviews, split 80/20 at random",
      summaries,
      missing: article ? [] : [missingArticle],
      tables: [
        {
          title: "Starcast, each run with a seed and a division of its own",
          rows: [{ "seconds to the model on disk": seconds, "largest RMSE": Math.max(...starcast.rmses()) }],
        },
        ...(article ? [{ title: articleTitle, rows: [articleRow(article.parts(), seconds)] }] : []),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const missingArticle = {
  product: "the article's program",
  reason: "no Python with torch, numpy and spacy was found.",
  install: "Install them with: python3 -m venv .venv && .venv/bin/pip install torch numpy spacy",
};
const articleTitle = `The article's program (\`${recorded.recipe}\`): a computed time, its start and one epoch being measured, the number of epochs recorded`;

/**
 * What is changed in the recipe `best` to pass the RMSE as quickly as possible: a network of a quarter of its arithmetic, no
 * linear branch, little dropout and one epoch, whose learning rate falls to nothing, so that the result is that of a
 * finished training and no epoch is chosen.
 */
const quickSettings = {
  name: "quick",
  network: { embeddingSize: 32, hiddenSize: 32, numLayers: 1, bidirectional: true, pooling: "meanMax" },
  maxLength: 100,
  wide: false,
  wordDropout: 0,
  outputDropout: 0.1,
  rounds: [{ epochs: 1, learningRate: 0.01 }],
};

/**
 * @param {string} reviews
 * @param {string} folder
 * @returns {Promise<{ system: import("../support/types.js").System, rmses: () => number[] }>} each run has a seed of its own
 */
async function starcastSystem(reviews, folder) {
  const { recipes } = await loadCore();
  const { epochRange: _, memberRange: __, passRange: ___, ...best } = recipes.best;
  const recipe = join(folder, "quick.json");
  await writeFile(recipe, JSON.stringify({ ...best, ...quickSettings }));
  /** @type {number[]} */
  const rmses = [];
  const out = join(folder, "model");
  const columns = ["--text", "Title", "--text", "Review Text", "--label", "Rating"];
  const settings = ["--recipe", recipe, "--members", "1", "--no-baselines", "--no-report"];
  /** @type {import("../support/types.js").System} */
  const system = {
    product: "Starcast",
    setting: "a small network, 1 epoch",
    version: "",
    async measure() {
      const seed = ["--seed", String(rmses.length + 1)];
      const command = ["train", reviews, ...columns, ...settings, ...seed, "--out", out, "--force", "--json"];
      const { seconds, output } = await runStarcast(command);
      const { rmse } = JSON.parse(output).validation;
      if (!(rmse <= wantedRmse)) throw new Error(`Starcast ended at an RMSE of ${rmse}, above ${wantedRmse}.`);
      rmses.push(rmse);
      return { seconds };
    },
    dispose: () => {},
  };
  return { system, rmses: () => rmses };
}

/**
 * @param {string} python
 * @param {string} reviews
 * @param {string} folder
 */
async function articleSystem(python, reviews, folder) {
  const split = join(folder, "split.json");
  const out = join(folder, "article");
  await mkdir(out);
  await writeSplit(reviews, split);
  const name = `${recorded.recipe}-${recorded.seed}`;
  const options = ["--recipes", recorded.recipe, "--seed", String(recorded.seed), "--epochs", "1", "--threads", "2"];
  const command = [articleProgram, "--data", reviews, "--split", split, ...options, "--out", out];
  /** @type {{ seconds: number, epochSeconds: number }[]} */
  const measured = [];
  /** @type {import("../support/types.js").System} */
  const system = {
    product: "the article's program, one epoch",
    setting: recorded.recipe,
    version: "",
    maxRounds: 2,
    async measure() {
      const started = performance.now();
      const { code, errors } = await runProgram(python, command, peerEnvironment({ tuned: true }));
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0) throw new Error(`The article's program failed:\n${errors}`);
      const { epochs } = JSON.parse(await readFile(join(out, `${name}.json`), "utf8"));
      measured.push({ seconds, epochSeconds: epochs[0].seconds });
      return { seconds };
    },
    dispose: () => {},
  };
  return { system, parts: () => measured[measured.length - 1] };
}

/**
 * The split of Starcast's seed 1, as row numbers.
 *
 * @param {string} reviews
 * @param {string} path
 */
async function writeSplit(reviews, path) {
  const { splitRows } = await loadCore();
  const { length } = await readReviews(reviews);
  const { train, validation } = splitRows(length, { validationFraction: 0.2, testFraction: 0, seed: 1 });
  await writeFile(path, JSON.stringify({ train: [...train], validation: [...validation] }));
}

/**
 * @param {{ seconds: number, epochSeconds: number }} parts
 * @param {number} starcastSeconds
 */
export function articleRow({ seconds, epochSeconds }, starcastSeconds) {
  const start = seconds - epochSeconds;
  const computed = start + recorded.epochs * epochSeconds;
  return {
    "start and encoding s": start,
    "an epoch s": epochSeconds,
    "epochs (recorded)": recorded.epochs,
    "computed s": computed,
    "Starcast is times as fast": computed / starcastSeconds,
  };
}
