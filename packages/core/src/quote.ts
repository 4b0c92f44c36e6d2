/**
 * Any value as it may stand in an error message: on one line, at most 60 characters, strings in quotes.
 * What comes from a file may be huge, or hold control characters that would upset a terminal.
 */
export function quote(value: unknown): string {
  if (typeof value === "string") return printable(JSON.stringify(shorten(value)));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (value === undefined) return "missing";
  return String(value as number | boolean | bigint | symbol);
}

/**
 * A text as it may be shown: on one line, with U+FFFD in place of what would steer a terminal, and of marks that reorder
 * or hide text.
 */
export function printable(text: string): string {
  return text.replace(/[\t-\r\u2028\u2029]/g, " ").replace(unsafeInTerminal, "\ufffd");
}

/** Control characters, and marks that reorder or hide text. */
const unsafeInTerminal = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
