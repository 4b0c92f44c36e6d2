/** Finds runs on disk: folders with a model, or with the events of a training. */
import { type Dirent, existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { modelFiles, runFiles } from "../modelFiles.js";
import { isLocked } from "../run/runLock.js";

/** A run as the pages list it. */
export interface ListedRun {
  /** Names the run in addresses. */
  readonly id: string;
  /** Its folder, seen from the folder that was named. */
  readonly name: string;
  /** A process is at work on it, it has a complete model, or it was cut off. */
  readonly state: "training" | "finished" | "unfinished";
  /** When its newest file was written, in milliseconds since 1970. */
  readonly changed: number;
  readonly recipe?: string;
  /** Error of the result in the user's units; absent for classes without order, and where nothing was measured. */
  readonly rmse?: number;
  readonly macroF1?: number;
  readonly hasReport: boolean;
}

/** Folders below a named one that are searched, and runs that are listed. */
const deepest = 2;
const mostRuns = 200;

/** The runs in and below some folders. */
export class RunFolders {
  readonly #roots: readonly string[];

  constructor(roots: readonly string[]) {
    this.#roots = roots.map((root) => resolve(root));
  }

  /** Where trainings that the pages ask for are put. */
  get first(): string {
    return this.#roots[0];
  }

  /** All runs, the newest first. */
  async list(): Promise<ListedRun[]> {
    const found = await Promise.all(this.#roots.map((root) => runsBelow(root, deepest)));
    const listed = await Promise.all(found.flat().map((path) => this.#describe(path)));
    return listed.sort((a, b) => b.changed - a.changed || (a.name < b.name ? -1 : 1)).slice(0, mostRuns);
  }

  /** The folder of a run; undefined for an id that no run has, such as one that leads out of the folders. */
  async find(id: string): Promise<string | undefined> {
    const found = await Promise.all(this.#roots.map((root) => runsBelow(root, deepest)));
    return found.flat().find((path) => this.idOf(path) === id);
  }

  #rootOf(path: string): string {
    return this.#roots.find((root) => path === root || path.startsWith(join(root, sep))) as string;
  }

  /** What names a run in addresses. @param path in one of the folders. */
  idOf(path: string): string {
    const root = this.#rootOf(path);
    return Buffer.from(`${this.#roots.indexOf(root)}/${relative(root, path)}`).toString("base64url");
  }

  async #describe(path: string): Promise<ListedRun> {
    const has = (name: string) => existsSync(join(path, name));
    const metrics = has("metrics.json") ? await readMetrics(join(path, "metrics.json")) : {};
    const isTraining = await isLocked(join(path, runFiles.lock));
    return {
      id: this.idOf(path),
      name: this.#roots.includes(path) ? basename(path) : relative(this.#rootOf(path), path),
      state: isTraining ? "training" : has("model.safetensors") ? "finished" : "unfinished",
      changed: await newestOf(path),
      ...metrics,
      hasReport: has("report.html"),
    };
  }
}

async function runsBelow(folder: string, depth: number): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = new Set(entries.map(({ name }) => name));
  if (names.has(runFiles.events) || (names.has("config.json") && names.has("model.safetensors"))) return [folder];
  if (depth === 0) return [];
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name));
  const below = await Promise.all(folders.map(({ name }) => runsBelow(join(folder, name), depth - 1)));
  return below.flat();
}

/** The little that the list shows; a damaged file is told of when the run is opened. */
async function readMetrics(path: string): Promise<Pick<ListedRun, "recipe" | "rmse" | "macroF1">> {
  try {
    const metrics = JSON.parse(await readFile(path, "utf8")) as Record<string, Record<string, unknown> | string>;
    const part = metrics.test ?? metrics.validation;
    const numberIn = (key: string) =>
      typeof part === "object" && typeof part[key] === "number" ? { [key]: part[key] } : {};
    return {
      ...(typeof metrics.recipe === "string" && { recipe: metrics.recipe }),
      ...numberIn("rmse"),
      ...numberIn("macroF1"),
    };
  } catch {
    return {};
  }
}

async function newestOf(path: string): Promise<number> {
  const times = await Promise.all(
    [...modelFiles, runFiles.events].map(async (name) => {
      const found = await stat(join(path, name)).catch(() => undefined);
      return found?.mtimeMs ?? 0;
    }),
  );
  return Math.round(Math.max(...times));
}
