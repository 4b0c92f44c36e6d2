/**
 * What texts without ratings are worth where ratings are few: the recipe `best` on 1,000 of the article's reviews, alone
 * and with the texts of the reviews that are neither learned from nor measured, beside the linear baseline.
 *
 *     node bench/few-ratings.mjs [--seeds 1,2,3] [--threads 2]
 *
 * A seed draws 1,000 rows, of which a tenth is for validation, and 5,000 others that are measured.
 */
import { parseArgs } from "node:util";
import { loadCore } from "./support/core.mjs";
import { findReviews, readReviews } from "./support/trainingData.mjs";

const labelled = 1000;
const measured = 5000;

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "1,2,3" }, threads: { type: "string", default: "2" } },
});
const path = findReviews();
if (!path) throw new Error("The article's reviews are needed: name their CSV in STARCAST_DATA.");
const rows = (await readReviews(path)).map(({ text, rating }) => ({ text, label: rating }));
const { Random, trainModel } = await loadCore();

/** @param {unknown} evaluation */
function describe(evaluation) {
  const { rmse, accuracy } = /** @type {{ rmse: number, accuracy: number }} */ (evaluation);
  return `${rmse.toFixed(3)}, ${(100 * accuracy).toFixed(1)} %`;
}

console.log("| seed | linear baseline | `best` | `best` with the unlabelled texts | 90 % intervals hold |");
console.log("|---|---|---|---|---|");
for (const seed of values.seeds.split(",").map(Number)) {
  const order = new Random(seed, "thousand").shuffle(Uint32Array.from(rows.keys()));
  const part = (/** @type {number} */ from, /** @type {number} */ end) =>
    Array.from(order.subarray(from, end), (row) => rows[row]);
  const test = part(labelled, labelled + measured);
  const unlabelled = part(labelled + measured, rows.length).map(({ text }) => text);
  const options = { test, seed, threads: Number(values.threads), validationFraction: 0.1 };
  const alone = await trainModel(part(0, labelled), options);
  const helped = await trainModel(part(0, labelled), { ...options, unlabelled, baselines: false });
  const held = [alone, helped].map(
    ({ metrics }) => `${(100 * (metrics.calibration?.coverage ?? Number.NaN)).toFixed(0)} %`,
  );
  const cells = [alone.metrics.baselines?.linear, alone.metrics.test, helped.metrics.test].map(describe);
  console.log(`| ${[seed, ...cells, held.join(" and ")].join(" | ")} |`);
  for (const { model } of [alone, helped]) model.dispose();
}
