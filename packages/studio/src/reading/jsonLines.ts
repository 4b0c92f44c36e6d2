/** One JSON object a line. */
import { Problem } from "../problem.js";
import type { Table } from "./table.js";

/**
 * Reads JSON lines. Columns are the keys of all objects, in the order in which they appear; nested values become JSON.
 *
 * @throws {Problem} with the line that is no object.
 */
export function readJsonLines(text: string, name: string): Table {
  if (/^\s*\[/.test(text)) {
    throw new Problem(
      "wrong-format",
      `“${name}” is one JSON list. Write its objects on a line each, without brackets around them and commas between them.`,
    );
  }
  const columns: string[] = [];
  const positions = new Map<string, number>();
  const values: (string | null)[][] = [];
  const rowNumbers: number[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === "") continue;
    const object = parseLine(line, index + 1, name);
    const row = rowNumbers.length;
    rowNumbers.push(row + 1);
    for (const column of values) column.push(null);
    for (const [key, value] of Object.entries(object)) {
      let position = positions.get(key);
      if (position === undefined) {
        position = columns.length;
        positions.set(key, position);
        columns.push(key);
        values.push(Array<string | null>(row + 1).fill(null));
      }
      values[position][row] = textOf(value);
    }
  }
  if (rowNumbers.length === 0) throw new Problem("too-few-rows", `“${name}” holds no rows.`);
  return { name, columns, values, rowNumbers, ragged: [] };
}

function parseLine(line: string, number: number, name: string): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Problem(
      "malformed-json",
      `Line ${number} of “${name}” is not JSON. JSON lines have one object a line, such as {"text": "lovely", "rating": 5}.`,
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Problem("malformed-json", `Line ${number} of “${name}” is JSON, but no object with named values.`);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
