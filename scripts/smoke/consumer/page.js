/** What a web page does with a trained model: load it over HTTP, rate texts, say why, train a little. */
import { httpFolder, RatingModel, trainModel } from "@starcast/core";
import { explanations } from "./explain.mjs";
import { makeRows, texts } from "./rows.mjs";

async function main() {
  const model = await RatingModel.load(httpFolder(new URL("/model/", location.href)));
  const predictions = model.predict(texts);
  const explained = explanations(model);
  model.dispose();
  const trained = await trainModel(makeRows(100), { epochs: 1 });
  const rated = trained.model.predict(texts[0]).rating;
  return { predictions: JSON.stringify(predictions), explained, rated };
}

main().then(
  (result) => {
    globalThis.starcastResult = result;
  },
  (error) => {
    globalThis.starcastResult = { error: String(error?.stack ?? error) };
  },
);
