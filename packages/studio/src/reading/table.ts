/** A table in memory, column by column, as it stands in its file. */
import type { SkippedRow } from "../protocol.js";

/** Values are texts; null and "" both mean missing. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** [column][row] */
  readonly values: readonly (readonly (string | null)[])[];
  /** Number of each row in its file, from 1 below the header; the ragged ones are left out. */
  readonly rowNumbers: readonly number[];
  /** Where the rows are those of several files: each with the position of its first row. */
  readonly files?: readonly { readonly name: string; readonly from: number }[];
  /** Rows with more or fewer values than there are columns. */
  readonly ragged: readonly SkippedRow[];
}

/** The values of a column. */
export function columnOf(table: Table, name: string): readonly (string | null)[] {
  return table.values[table.columns.indexOf(name)] ?? [];
}

/** The file that a row is of. */
export function fileOf({ name, files = [] }: Table, position: number): string {
  return files.findLast(({ from }) => from <= position)?.name ?? name;
}

/** Gives nameless columns a name and distinguishes equal ones, without regard to case. */
export function uniqueNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((given, index) => {
    const base = given.trim() === "" ? `column${index}` : given;
    let name = base;
    for (let suffix = 1; taken.has(name.toLowerCase()); suffix++) name = `${base}_${suffix}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** A value for a message: on one line, shortened. */
export function shown(value: string, length = 60): string {
  const line = value.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
