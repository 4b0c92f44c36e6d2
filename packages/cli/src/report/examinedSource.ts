import type { ExaminedSource, HeldOutRow } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";

/** Columns that are read beside text and rating, at most. */
const mostColumns = 30;

/** Labelled files as rows to be looked at. */
export function examinedSource(source: LabelledSource): ExaminedSource {
  return {
    length: source.rows.length,
    columns: sliceableColumns(source),
    rows: (columns) => rowsWithColumns(source, columns),
  };
}

/** The columns that are neither text nor rating. */
function sliceableColumns({ columns, table }: LabelledSource): string[] {
  return table.columns.filter((name) => name !== columns.label && !columns.text.includes(name)).slice(0, mostColumns);
}

/**
 * The usable rows of a source, with the values of other columns: two passes over the files, side by side, because only
 * one of them knows which rows are usable.
 */
async function* rowsWithColumns(source: LabelledSource, columns: readonly string[]): AsyncGenerator<HeldOutRow, void> {
  if (columns.length === 0) {
    for await (const { text, label, row } of source.rows) yield { text, label, row, others: [] };
    return;
  }
  const others = source.table.rows(columns)[Symbol.asyncIterator]();
  try {
    for await (const { text, label, row, file } of source.rows) {
      let found = await others.next();
      while (!found.done && !(found.value.row === row && found.value.file === file)) found = await others.next();
      yield { text, label, row, others: found.done ? columns.map(() => null) : found.value.values };
    }
  } finally {
    await others.return(undefined);
  }
}
