import { Random } from "../../random.js";
import type { LabelledText } from "../labelledText.js";

const openings = ["the dress", "this shirt", "my order", "the fabric", "what i got"];
const opinions = [
  ["is terrible", "is awful"],
  ["is poor", "is disappointing"],
  ["is okay", "is average"],
  ["is good", "is nice"],
  ["is wonderful", "is perfect"],
];

/**
 * Short made-up reviews whose words tell their class, 0 to 4, as in real ones most often the highest. Each ends in a
 * number of its own, so that no two are the same text.
 */
export function madeUpReviews(count: number, labels: readonly (string | number)[] = [1, 2, 3, 4, 5]): LabelledText[] {
  const random = new Random(7, "reviews");
  return Array.from({ length: count }, (_, index) => {
    const level = Math.min(random.integer(7), labels.length - 1);
    const opinion = opinions[Math.round((level * 4) / (labels.length - 1))];
    const ending = " really".repeat(random.integer(6));
    return {
      text: `${openings[random.integer(openings.length)]} ${opinion[random.integer(2)]}${ending} ${index}`,
      label: labels[level],
    };
  });
}
