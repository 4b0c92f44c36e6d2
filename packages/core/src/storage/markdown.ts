/**
 * A user's text as plain words inside a line or a table cell of Markdown: on one line, at most 200 characters, with
 * every character that could mean something to Markdown or HTML escaped.
 */
export function escapeMarkdown(text: string | number): string {
  const line = oneLine(String(text));
  const cut = line.length > 200 ? `${line.slice(0, 199).replace(loneSurrogates, "")}…` : line;
  // `://` would become a link by itself.
  return cut.replace(/[\\`*_{}[\]<>|#~&$]/g, "\\$&").replaceAll("://", "\\://");
}

/** A user's text as a double-quoted YAML scalar. */
export function quoteYaml(text: string): string {
  return JSON.stringify(oneLine(text));
}

/** A table in GitHub's Markdown; cells are Markdown already. Numbers are aligned to the right, the first column is not. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const ruler = header.map((_title, column) => (column === 0 ? "---" : "---:"));
  return [line(header), line(ruler), ...rows.map(line)].join("\n");
}

/** 18789 as 18,789: the same on every machine, whatever its language. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

const loneSurrogates = /\p{Surrogate}/gu;

/** Control characters and marks that reorder or hide text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

function oneLine(text: string): string {
  return text.replace(loneSurrogates, "\ufffd").replace(unprintable, " ").trim();
}
