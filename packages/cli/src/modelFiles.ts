/** The files of a model; all but `metrics.json`, `data.json` and `report.html` are in every one. */
export const modelFiles = [
  "config.json",
  "model.safetensors",
  "vocabulary.txt",
  "metrics.json",
  "README.md",
  "data.json",
  "report.html",
] as const;

/** What a run keeps in the model's folder: its events for good, the others until it is finished. */
export const runFiles = { events: "events.jsonl", checkpoints: "checkpoints", lock: "run.lock" } as const;

/** Where a model is put together within its folder, and where it lies when it is complete but not yet in its place. */
export const writingFolders = { incomplete: ".model-incomplete", complete: ".model-complete" } as const;

/** Left by file managers. */
const litter = [".DS_Store", "Thumbs.db", "desktop.ini"];

const known = new Set<string>([...modelFiles, ...Object.values(runFiles), ...Object.values(writingFolders), ...litter]);

/**
 * Why a folder with these entries must not be written to, as a part of a sentence; undefined when all that it holds is
 * a model's or a run's, so that nobody else misses anything.
 *
 * @param own names of the files that are to be written.
 */
export function reasonNotToReplace(names: readonly string[], own: readonly string[] = []): string | undefined {
  const foreign = names.find(
    (name) => !known.has(name) && !own.includes(name) && !name.startsWith(`${runFiles.lock}.`),
  );
  if (foreign !== undefined) return `holds "${foreign}", which is not part of a model`;
  const isInWaiting = names.includes(writingFolders.complete);
  const isModel = ["config.json", "model.safetensors"].every((name) => names.includes(name));
  const hasSome = modelFiles.some((name) => names.includes(name));
  return hasSome && !isModel && !isInWaiting ? "is not a complete model" : undefined;
}
