/** What `starcast export` writes. */
import { writeFile } from "node:fs/promises";
import type { RatingModel } from "@starcast/core";
import { writeAtomically } from "../data/atomicWrite.js";
import { diskFolder } from "../data/diskFolder.js";
import { version } from "../version.js";
import { htmlPage } from "./html/index.js";
import { onnxModel } from "./onnx/index.js";
import { pytorchFolder } from "./pytorch.js";

/** `onnx` and `html` are files, `pytorch` is a folder. */
export type ExportFormat = "onnx" | "pytorch" | "html";

/** What to write, and where. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Path of the file or folder. */
  readonly out: string;
  /** What a page calls the model. */
  readonly name: string;
}

/** What was written. */
export interface ExportResult {
  readonly bytes: number;
  /** Names of the files of a folder. */
  readonly files?: readonly string[];
}

/**
 * Writes a model in another format: the file or folder appears complete or not at all, and replaces an earlier one.
 *
 * @throws {StarcastError} `cannot-write`. @throws {OptionError} `too-large` where the format has a limit, or when the
 *   folder to be replaced holds other files.
 */
export async function exportModel(model: RatingModel, { format, out, name }: ExportOptions): Promise<ExportResult> {
  if (format === "pytorch") {
    const files = await pytorchFolder(model);
    await diskFolder(out).write(files);
    return { bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0), files: [...files.keys()] };
  }
  const bytes = format === "onnx" ? onnxModel(model, { producerVersion: version }) : await htmlPage(model, name);
  await writeAtomically(out, (temporary) => writeFile(temporary, bytes));
  return { bytes: bytes.length };
}
