/**
 * Trains a model of each of two recipes on the first rows, one epoch, and writes texts to compare on:
 * `node travel.mjs [REVIEWS.csv]`, the sample when there is no file.
 */
import { writeFile } from "node:fs/promises";
import { makeSample, readLabelledTexts, saveModel, trainModel } from "starcast";

const [csv] = process.argv.slice(2);
const columns = { text: ["Title", "Review Text"], label: "Rating" };
const read = csv && (await readLabelledTexts([csv], { ...columns, task: "rating" }));
const rows = read
  ? read.rows
  : makeSample({ rows: 2000 }).map(({ review, rating }) => ({ text: review, label: rating }));
const filled = rows.filter(({ text }) => /[a-z]/i.test(text)).slice(0, 2000);
await writeFile("texts.json", JSON.stringify(filled.map(({ text }) => text)));
for (const recipe of ["best", "fixed", "regression"]) {
  const { model } = await trainModel(filled.slice(0, 600), { recipe, epochs: 1, batchSize: 64, baselines: false });
  await saveModel(model, `travel-${recipe}`);
  model.dispose();
}
