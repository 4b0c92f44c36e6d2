/**
 * Any value as it may stand in an error message: on one line, at most 60 characters, strings in quotes.
 * What comes from a file may be huge, or hold control characters that would upset a terminal.
 */
export function quote(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shorten(value)).replace(unsafeInTerminal, "\ufffd");
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (value === undefined) return "missing";
  return String(value as number | boolean | bigint | symbol);
}

/** Control characters that JSON does not escape, and marks that reorder or hide text. */
const unsafeInTerminal = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
