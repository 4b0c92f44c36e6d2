/** What a run learned from, so that its rows can be found again: `data.json` in the model's folder. */
import { relative, resolve } from "node:path";
import type { HeldBack, Label, Task } from "@starcast/core";
import { hashFile } from "../data/download.js";
import type { LabelledSource, SplitColumns } from "../data/readTexts.js";

export const runDataFormat = "starcast-data/1";

/** A file of rows. */
export interface RecordedFile {
  /** Seen from the run's folder, so that both can be moved together and nobody's folders are told. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal digits: another content is another file. */
  readonly sha256: string;
}

/** How the rows are read and divided. */
export interface RunDivision extends HeldBack {
  readonly text: readonly string[];
  readonly label: string;
  readonly task: Task;
  readonly labels?: readonly Label[];
  readonly skipBadRows: boolean;
  /** Columns that say into which part a row belongs; at most one. */
  readonly split: SplitColumns;
  readonly seed: number;
}

/** Everything that makes the same parts of the same rows again. */
export interface RunData extends RunDivision {
  readonly format: typeof runDataFormat;
  readonly main: readonly RecordedFile[];
  /** Files of their own for a part, where there were any. */
  readonly validation?: readonly RecordedFile[];
  readonly test?: readonly RecordedFile[];
}

/** The sources of a run by what they are for. */
export interface RunSources {
  readonly main: LabelledSource;
  readonly valid?: LabelledSource;
  readonly test?: LabelledSource;
}

/** Looks at the files of a run. @param folder of the run. */
export async function recordData(folder: string, sources: RunSources, division: RunDivision): Promise<RunData> {
  const { main, valid, test } = sources;
  return {
    format: runDataFormat,
    main: await recordFiles(folder, main),
    ...(valid && { validation: await recordFiles(folder, valid) }),
    ...(test && { test: await recordFiles(folder, test) }),
    ...division,
  };
}

function recordFiles(folder: string, { table }: LabelledSource): Promise<RecordedFile[]> {
  return Promise.all(
    table.files.map(async ({ absolutePath, bytes }) => ({
      path: relative(resolve(folder), absolutePath),
      bytes,
      sha256: await hashFile(absolutePath),
    })),
  );
}
