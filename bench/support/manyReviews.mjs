/** Files of any number of reviews, for measuring how time and memory grow with them. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { loadCore } from "./core.mjs";
import { findReviews, readReviews } from "./trainingData.mjs";

/** One word in so many gets a letter that does not belong there, so that new words keep coming, as they do in real texts. */
const wordsPerSlip = 200;
const rowsAtOnce = 2000;

/**
 * Writes a CSV file with the columns `review` and `rating`. Each review is the beginning of one of the article's reviews
 * and the end of another of the same rating: as long as they are, and hardly ever the same.
 *
 * @param {string} path
 * @param {number} rows
 * @returns {Promise<string>} what the reviews are made of
 */
export async function writeManyReviews(path, rows) {
  const { Random } = await loadCore();
  const random = new Random(1, "many reviews");
  const { reviews, description } = await loadReviews();
  const ratings = [...new Set(reviews.map(({ rating }) => rating))];
  const byRating = new Map(ratings.map((rating) => [rating, reviews.filter((review) => review.rating === rating)]));
  const file = createWriteStream(path);
  file.write("review,rating\n");
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const lines = Array.from({ length: Math.min(rowsAtOnce, rows - row) }, () => {
      const { text, rating } = reviews[random.integer(reviews.length)];
      const others = byRating.get(rating) ?? reviews;
      const other = others[random.integer(others.length)].text;
      const review = slip(`${text.slice(0, text.length >> 1)} ${other.slice(other.length >> 1)}`, random);
      return `"${review.replaceAll('"', '""')}",${rating}\n`;
    });
    if (!file.write(lines.join(""))) await once(file, "drain");
  }
  file.end();
  await finished(file);
  return description;
}

/** @returns {Promise<{ reviews: { text: string, rating: number }[], description: string }>} */
async function loadReviews() {
  const path = findReviews();
  if (path) return { reviews: await readReviews(path), description: "halves of the article's reviews" };
  const { makeSample } = await import("starcast");
  const reviews = makeSample({ rows: 20_000 }).map(({ review, rating }) => ({ text: review, rating }));
  return { reviews, description: "halves of made-up reviews, which are shorter than real ones" };
}

/**
 * @param {string} text
 * @param {{ integer(below: number): number }} random
 */
function slip(text, random) {
  const words = text.split(" ");
  for (const [index, word] of words.entries()) {
    if (word === "" || random.integer(wordsPerSlip) > 0) continue;
    const at = random.integer(word.length);
    words[index] = word.slice(0, at) + String.fromCharCode(97 + random.integer(26)) + word.slice(at);
  }
  return words.join(" ");
}
