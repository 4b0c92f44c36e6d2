import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StarcastError } from "@starcast/core";

/**
 * The folder of the built pages, those of the package `@starcast/studio`.
 *
 * @throws {StarcastError} `no-pages` when the package is not there or was not built.
 */
export function pagesFolder(): string {
  let index: string;
  try {
    index = fileURLToPath(import.meta.resolve("@starcast/studio/index.html"));
  } catch (cause) {
    throw new StarcastError(
      "no-pages",
      "The package @starcast/studio, which holds the pages, is not installed beside starcast. Install starcast once more.",
      { cause },
    );
  }
  const folder = dirname(index);
  if (existsSync(join(folder, "index.html"))) return folder;
  throw new StarcastError(
    "no-pages",
    `The pages of the studio are not in ${folder}. In a clone, npm run setup builds them.`,
  );
}
