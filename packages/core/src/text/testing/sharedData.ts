import { existsSync, readFileSync } from "node:fs";
import { readCsv } from "./csv.js";

/** Folder with real data beside the checkout; most checkouts have none, and skip the tests that need it. */
export const sharedData = new URL("../../../../../../shared/data/", import.meta.url);

export const reviewsFile = new URL("womens-clothing-reviews.csv", sharedData);
export const vectorsFile = new URL("glove.6B.50d.head.txt", sharedData);
export const hasSharedData = existsSync(reviewsFile) && existsSync(vectorsFile);

/** The 23,486 reviews as the article has them: title and text with a space between, missing ones empty. */
export function readReviews(): string[] {
  const [header, ...rows] = readCsv(readFileSync(reviewsFile, "utf8"));
  const title = header.indexOf("Title");
  const body = header.indexOf("Review Text");
  return rows.map((row) => `${row[title]} ${row[body]}`);
}
