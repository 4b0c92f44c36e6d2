/** A model as a file; loaded when one is asked for. */
import { memoryFolder, type RatingModel } from "@starcast/core";
import { zipSync } from "fflate";
import { htmlPage, onnxModel } from "starcast/browser";
import type { ExportFormat, SavedFile } from "../protocol.js";

declare const starcastVersion: string;

/** Makes the file. @param name what it is called, without an ending. */
export async function saveModel(model: RatingModel, format: ExportFormat, name: string): Promise<SavedFile> {
  const base = fileName(name);
  if (format === "onnx") {
    const bytes = onnxModel(model, { producerVersion: starcastVersion });
    return { name: `${base}.onnx`, type: "application/octet-stream", bytes };
  }
  if (format === "html") {
    return { name: `${base}.html`, type: "text/html", bytes: await htmlPage(model, name) };
  }
  return { name: `${base}.zip`, type: "application/zip", bytes: await zipped(model, base) };
}

/** The model's folder in a zip archive. */
async function zipped(model: RatingModel, folderName: string): Promise<Uint8Array> {
  const folder = memoryFolder();
  await model.save(folder);
  const entries = [...folder.files].map(([name, bytes]) => [`${folderName}/${name}`, bytes] as const);
  // Weights are as good as random, and not worth the time of packing; the same model gives the same bytes.
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: new Date(1980, 0, 1) });
}

/** A name as it may stand on any disk. */
export function fileName(name: string): string {
  const safe = name
    .normalize("NFKD")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return safe === "" ? "model" : safe.slice(0, 80);
}
