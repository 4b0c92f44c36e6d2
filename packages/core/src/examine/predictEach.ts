import { DataError } from "../errors.js";
import type { Prediction } from "../model/prediction.js";
import type { RatingModel } from "../model/ratingModel.js";

/** What a model says to each text; undefined for a text without any word. */
export function predictEach(model: RatingModel, texts: readonly string[]): (Prediction | undefined)[] {
  try {
    return texts.length === 0 ? [] : model.predict(texts);
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== "empty-text") throw error;
    if (texts.length === 1) return [undefined];
    const half = Math.ceil(texts.length / 2);
    return [...predictEach(model, texts.slice(0, half)), ...predictEach(model, texts.slice(half))];
  }
}
