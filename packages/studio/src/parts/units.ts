import type { RatingScale } from "@starcast/core";

/** What effects and errors are counted in: stars for scales that look like 1 to 5 stars, points otherwise. */
export function unitOf(scale: RatingScale): string {
  if (scale.task === "class") return "probability";
  if (scale.task === "number" || !scale.labels.every((label) => typeof label === "number")) return "points";
  const { values } = scale;
  const isHalves = values.every((value) => Number.isInteger(2 * value));
  return isHalves && values[0] >= 0 && values[0] <= 1 && values[values.length - 1] === 5 ? "stars" : "points";
}
