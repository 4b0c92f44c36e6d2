/** A table in columns of plain text; the first column is aligned left, numbers right. */
export function table(rows: readonly (readonly string[])[], options: { indent?: string; gap?: string } = {}): string[] {
  const { indent = "  ", gap = "   " } = options;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
    });
  }
  return rows.map((row) =>
    (indent + row.map((cell, column) => pad(cell, widths[column], column === 0)).join(gap)).trimEnd(),
  );
}

function pad(cell: string, width: number, left: boolean): string {
  const blanks = " ".repeat(width - [...cell].length);
  return left ? cell + blanks : blanks + cell;
}

/** A horizontal bar of `share` (0 to 1) of `width` characters; anything above zero shows. */
export function bar(share: number, width: number): string {
  if (!(share > 0)) return "";
  const length = Math.round(Math.min(1, share) * width);
  return length === 0 ? "▏" : "█".repeat(length);
}
