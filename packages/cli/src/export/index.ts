/** What `starcast export` writes. */

import { writeFile } from "node:fs/promises";
import type { RatingModel } from "@starcast/core";
import { writeAtomically } from "../data/atomicWrite.js";
import { onnxModel } from "./onnx/index.js";

/** Formats of an exported model, with what they are to people. */
export const exportFormats = {
  onnx: { extension: ".onnx", isFolder: false, title: "ONNX graph" },
} as const;

export type ExportFormat = keyof typeof exportFormats;

/** What was written. */
export interface ExportResult {
  readonly bytes: number;
}

/**
 * Writes a model in another format: the file appears complete or not at all, and replaces an earlier one.
 *
 * @throws {StarcastError} `cannot-write`. @throws {OptionError} `too-large` where the format has a limit.
 */
export async function exportModel(model: RatingModel, format: ExportFormat, out: string): Promise<ExportResult> {
  const bytes = writers[format](model);
  await writeAtomically(out, (temporary) => writeFile(temporary, bytes));
  return { bytes: bytes.length };
}

const writers: Readonly<Record<ExportFormat, (model: RatingModel) => Uint8Array>> = {
  onnx: onnxModel,
};
