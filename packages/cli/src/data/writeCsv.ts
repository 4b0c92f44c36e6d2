import { open } from "node:fs/promises";
import { writeAtomically } from "./atomicWrite.js";

/**
 * Writes a CSV file (RFC 4180, UTF-8, lines end in a line feed) of rows as they come. The file appears complete or not
 * at all.
 *
 * @throws {StarcastError} `cannot-write`.
 */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: AsyncIterable<readonly (string | number)[]>,
): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    const file = await open(temporary, "wx");
    try {
      await file.write(csvLine(header));
      for await (const row of rows) await file.write(csvLine(row));
    } finally {
      await file.close();
    }
  });
}

function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => quoted(String(field))).join(",")}\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
