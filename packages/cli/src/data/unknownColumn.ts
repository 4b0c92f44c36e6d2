import { DataError } from "@starcast/core";
import { closest } from "fastest-levenshtein";
import { shorten } from "./csvDialect.js";

/** The error for a column that a file does not have, with the nearest name and all names. */
export function unknownColumn(wanted: string, columns: readonly string[], path: string): DataError {
  const lower = columns.map((name) => name.toLowerCase());
  const nearest = columns[lower.indexOf(closest(wanted.toLowerCase(), lower))];
  return new DataError(
    "unknown-column",
    `"${path}" has no column "${wanted}". Did you mean "${shorten(nearest, 60)}"? Its columns are: ${listNames(columns)}.`,
  );
}

/** Names in quotes for a message; the middle of a very long list is left out. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${shorten(name, 60)}"`);
  if (quoted.length <= 40) return quoted.join(", ");
  return `${quoted.slice(0, 39).join(", ")} and ${quoted.length - 39} more`;
}
