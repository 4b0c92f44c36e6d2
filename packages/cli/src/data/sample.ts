import { writeFile } from "node:fs/promises";
import { makeSample } from "@starcast/core";
import { writeAtomically } from "./atomicWrite.js";

/**
 * Writes the sample as a CSV file with the columns `review` and `rating`.
 *
 * @throws {StarcastError} `cannot-write`.
 */
export async function writeSample(
  path: string,
  options: { readonly rows?: number; readonly seed?: number } = {},
): Promise<void> {
  const lines = makeSample(options).map(({ review, rating }) => `"${review.replaceAll('"', '""')}",${rating}`);
  await writeAtomically(path, (temporary) => writeFile(temporary, `review,rating\n${lines.join("\n")}\n`));
}
