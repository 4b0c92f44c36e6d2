/** A model as a folder for PyTorch: weights, settings, vocabulary, and the program that puts them into layers. */
import { readFile } from "node:fs/promises";
import { encodeSafetensors, type RatingModel } from "@starcast/core";

/** Shipped with this package as it is read by people: one level above the sources and above `dist`. */
const programs = new URL("../../python/", import.meta.url);

/**
 * The files of the folder by name: `model.safetensors` with PyTorch's names, `config.json` and `vocabulary.json`,
 * and `model.py` and `text.py`, which load them into `nn.Embedding`, `nn.LSTM` and `nn.Linear` and rate texts.
 */
export async function pytorchFolder(
  model: Pick<RatingModel, "config" | "vocabulary" | "weights">,
): Promise<Map<string, Uint8Array>> {
  const { config, vocabulary } = model;
  const tokens = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.tokenOf(id));
  const json = (value: unknown, indent?: number) =>
    new TextEncoder().encode(`${JSON.stringify(value, undefined, indent)}\n`);
  return new Map<string, Uint8Array>([
    ["model.safetensors", encodeSafetensors(model.weights(), { format: "pt" })],
    ["config.json", json(config, 2)],
    ["vocabulary.json", json(tokens)],
    ["model.py", await readFile(new URL("model.py", programs))],
    ["text.py", await readFile(new URL("text.py", programs))],
  ]);
}
