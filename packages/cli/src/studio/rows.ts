/** The rows that a run on disk learned from and was measured on, for pages that look at them. */
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { divideRows, type Label, type Parts, StarcastError, type Task } from "@starcast/core";
import { hashFile } from "../data/download.js";
import { type LabelledSource, openLabelledTexts, type ReadLabelledOptions } from "../data/readTexts.js";
import { readWithin } from "../data/within.js";
import type { RecordedFile, RunData } from "../run/runData.js";
import { readRunData } from "./readRunData.js";

/** Rows of all files, those of a part's own files last, as pages take them in. */
export interface RunRows {
  /** SHA-256 of the model's weights, by which a page knows that it speaks of the same run. */
  readonly fingerprint: string;
  /** Names of the files, each with the position of its first row. */
  readonly files: readonly { readonly name: string; readonly from: number }[];
  readonly choice: {
    readonly text: readonly string[];
    readonly label: string;
    readonly task: Task;
    readonly labels?: readonly Label[];
  };
  readonly columns: readonly string[];
  /** [column][row] */
  readonly values: readonly (readonly (string | null)[])[];
  /** Number of each row in its file. */
  readonly rowNumbers: readonly number[];
  /** Positions among the rows with a usable label, as everywhere. */
  readonly parts: { readonly [Part in keyof Parts]: readonly number[] };
}

/** More would not fit a page's memory. */
const mostBytes = 256 * 2 ** 20;
/** Columns beside text and label, by which rows are compared. */
const mostColumns = 30;

/**
 * Reads a run's files again, if they are what they were, and divides the rows as they were.
 *
 * @throws {StarcastError} `no-data-record`, `data-gone`, `data-changed`, `too-large` or `other-division`.
 * @throws {DataError} when the files cannot be read.
 */
export async function rowsOfRun(folder: string): Promise<RunRows> {
  const data = await readRunData(folder);
  await requireUnchanged(folder, [...data.main, ...(data.validation ?? []), ...(data.test ?? [])]);
  const opened = await openAll(folder, data);
  const parts = await divide(data, opened);
  await requireSameCounts(folder, parts);
  const sources = [opened.main, opened.validation, opened.test].filter((source) => source !== undefined);
  return {
    fingerprint: await hashFile(join(folder, "model.safetensors")),
    choice: { text: data.text, label: data.label, task: data.task, ...(data.labels && { labels: data.labels }) },
    ...(await readAll(sources, data)),
    parts: { train: [...parts.train], validation: [...parts.validation], test: [...parts.test] },
  };
}

/** Only content that the run itself knows is given out: a record that names another file gives nothing. */
async function requireUnchanged(folder: string, files: readonly RecordedFile[]): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes) {
    throw new StarcastError(
      "too-large",
      `The run learned from ${Math.round(total / 2 ** 20)} MB of data, and a page can hold at most ${mostBytes / 2 ** 20} MB. Its report looks at the same rows.`,
    );
  }
  for (const { path, bytes, sha256 } of files) {
    const place = resolve(folder, path);
    const found = await stat(place).catch(() => undefined);
    if (!found?.isFile()) {
      throw new StarcastError(
        "data-gone",
        `The run learned from ${basename(path)}, which is not at ${place} any more. Put it back there to look at its rows.`,
      );
    }
    if (found.size === bytes && (await hashFile(place)) === sha256) continue;
    throw new StarcastError(
      "data-changed",
      `${place} has changed since the run learned from it, so its rows cannot be told apart as they were. Put the earlier file back, or train once more.`,
    );
  }
}

/** The sources by what they are for; the columns that were found in the first hold for all. */
interface Sources {
  readonly main: LabelledSource;
  readonly validation: LabelledSource | undefined;
  readonly test: LabelledSource | undefined;
}

async function openAll(folder: string, data: RunData): Promise<Sources> {
  const { text, label, task, labels, skipBadRows, split } = data;
  const options = { text, label, task, labels, skipBadRows };
  const open = (files: readonly RecordedFile[], more: ReadLabelledOptions) =>
    openLabelledTexts(
      files.map(({ path }) => resolve(folder, path)),
      { ...options, ...more },
    );
  const { validation, test } = data;
  return {
    main: await open(data.main, { split }),
    validation: validation && (await open(validation, { purpose: "evaluate" })),
    test: test && (await open(test, { purpose: "evaluate" })),
  };
}

function divide(
  { split, seed, validationFraction, testFraction, keepDuplicates, task, labels }: RunData,
  { main, validation, test }: Sources,
): Promise<Parts> {
  return divideRows(main.rows, {
    task,
    labels,
    validation: validation?.rows,
    test: test?.rows,
    validationFraction,
    testFraction,
    keepDuplicates,
    splitBy: (["group", "part", "time"] as const).find((name) => split[name] !== undefined),
    seed,
  });
}

/** Another version may divide otherwise, and would show rows as held out that were learned from. */
async function requireSameCounts(folder: string, parts: Parts): Promise<void> {
  const text = new TextDecoder().decode(await readWithin(folder, "metrics.json", 2 ** 26));
  const { dataset = {} } = JSON.parse(text) as { dataset?: Partial<Record<keyof Parts, number>> };
  const isSame = (["train", "validation", "test"] as const).every((part) => dataset[part] === parts[part].length);
  if (isSame) return;
  throw new StarcastError(
    "other-division",
    "This version of Starcast divides the run's rows otherwise than it was trained on them, so that held-out rows cannot be told from learned ones. Train once more to look at them.",
  );
}

/** All rows, one source after another, without those that have more or fewer fields than their header. */
async function readAll(
  sources: readonly LabelledSource[],
  { text, label }: RunData,
): Promise<Pick<RunRows, "files" | "columns" | "values" | "rowNumbers">> {
  const others = [...new Set(sources.flatMap(({ table }) => table.columns))].filter(
    (column) => column !== label && !text.includes(column),
  );
  const columns = [...text, label, ...others.slice(0, mostColumns)];
  const values = columns.map((): (string | null)[] => []);
  const rowNumbers: number[] = [];
  const files: { name: string; from: number }[] = [];
  for (const { table } of sources) {
    const own = columns.filter((column, index) => index <= text.length || table.columns.includes(column));
    let lastFile = -1;
    for await (const batch of table.batches(own)) {
      if (batch.fileIndex !== lastFile) files.push({ name: basename(batch.file), from: rowNumbers.length });
      lastFile = batch.fileIndex;
      rowNumbers.push(...batch.rowNumbers);
      for (const [index, column] of columns.entries()) {
        const position = own.indexOf(column);
        const missing = Array<null>(batch.rowNumbers.length).fill(null);
        values[index].push(...(position < 0 ? missing : batch.values[position]));
      }
    }
  }
  return { files, columns, values, rowNumbers };
}
