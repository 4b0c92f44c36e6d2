import type { RatingScale } from "@starcast/core";

/** What errors are counted in: stars for scales that look like 1 to 5 stars (or with halves), points otherwise. */
export function unitOf(scale: RatingScale): "stars" | "points" {
  if (scale.task !== "rating" || !scale.labels.every((label) => typeof label === "number")) return "points";
  const { values } = scale;
  const halves = values.every((value) => Number.isInteger(value * 2));
  return halves && values[0] >= 0 && values[0] <= 1 && values.at(-1) === 5 ? "stars" : "points";
}

/** A scale in words: "1 to 5", "bad < fair < good", "12 classes", "numbers around 3.4". */
export function describeScale(scale: RatingScale): string {
  if (scale.task === "number")
    return `real numbers, mean ${round(scale.mean)}, standard deviation ${round(scale.deviation)}`;
  if (scale.task === "class") {
    const shown = scale.labels.slice(0, 6).join(", ");
    return `${scale.labels.length} labels without order: ${shown}${scale.labels.length > 6 ? ", …" : ""}`;
  }
  const { labels } = scale;
  if (labels.every((label) => typeof label === "number")) {
    return labels.length <= 11
      ? `ratings ${labels.join(", ")}`
      : `${labels.length} ratings from ${labels[0]} to ${labels.at(-1)}`;
  }
  return `ratings ${labels.join(" < ")}`;
}

function round(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
