import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../data/atomicWrite.js";
import { UsageError } from "../errors.js";

/** One training of the search, as a line of `trials.jsonl`. */
export interface TrialRecord {
  readonly trial: number;
  /** Of the recipe's epochs. */
  readonly share: number;
  /** The measure that is searched for, such as `RMSE`. */
  readonly measure: string;
  /** Its value; null for a training that left the finite numbers. */
  readonly value: number | null;
  readonly seconds: number;
  /** File of the settings. */
  readonly recipe: string;
  /** Trains the same again. */
  readonly command: string;
}

const format = "starcast-tuning/1";

/**
 * The folder of a search: `trials.jsonl` with a line for each training, `trials/` with the settings of each, and
 * `best.json`. A search that was stopped goes on from it.
 */
export class TrialLog {
  readonly #folder: string;
  readonly #known: Map<string, TrialRecord>;

  private constructor(folder: string, known: Map<string, TrialRecord>) {
    this.#folder = folder;
    this.#known = known;
  }

  /**
   * Opens the folder, or begins one.
   *
   * @param identity what makes a search this search and no other.
   * @throws {UsageError} `other-search` when the folder holds another one.
   */
  static async open(folder: string, identity: object, options: { readonly force: boolean }): Promise<TrialLog> {
    await mkdir(join(folder, "trials"), { recursive: true });
    const path = join(folder, "trials.jsonl");
    const text = options.force ? "" : await readFile(path, "utf8").catch(() => "");
    // A search that was killed may have left half a line.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [head, ...lines] = whole.split("\n").filter((line) => line !== "");
    const first = JSON.stringify({ format, ...identity });
    if (head === undefined) {
      await writeFile(path, `${first}\n`);
      return new TrialLog(folder, new Map());
    }
    if (head !== first) {
      throw new UsageError(
        "other-search",
        `${folder} holds a search on other data or with other options; choose another folder with --out, or begin anew with --force.`,
      );
    }
    if (whole.length < text.length) await writeFile(path, whole);
    const records = lines.map((line) => JSON.parse(line) as TrialRecord);
    return new TrialLog(folder, new Map(records.map((record) => [keyOf(record), record])));
  }

  /** Trainings of an earlier command. */
  get size(): number {
    return this.#known.size;
  }

  find(job: Pick<TrialRecord, "trial" | "share">): TrialRecord | undefined {
    return this.#known.get(keyOf(job));
  }

  /** Where the settings of a training are written. */
  recipePath({ trial, share }: Pick<TrialRecord, "trial" | "share">): string {
    return join(this.#folder, "trials", `${String(trial).padStart(3, "0")}-${Math.round(100 * share)}.json`);
  }

  async keepRecipe(job: Pick<TrialRecord, "trial" | "share">, recipe: object): Promise<void> {
    await writeJson(this.recipePath(job), recipe);
  }

  async keepBest(recipe: object): Promise<string> {
    const path = join(this.#folder, "best.json");
    await writeJson(path, recipe);
    return path;
  }

  /** Appends a line, and forces it to the disk. */
  async record(record: TrialRecord): Promise<void> {
    const file = await open(join(this.#folder, "trials.jsonl"), "a");
    try {
      await file.write(`${JSON.stringify(record)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.#known.set(keyOf(record), record);
  }
}

function keyOf({ trial, share }: Pick<TrialRecord, "trial" | "share">): string {
  return `${trial} ${share}`;
}

function writeJson(path: string, value: object): Promise<void> {
  return writeAtomically(path, (temporary) => writeFile(temporary, `${JSON.stringify(value, undefined, 2)}\n`));
}

/** Opens the folder of a search: see {@link TrialLog.open}. */
export function openTrials(...given: Parameters<typeof TrialLog.open>): Promise<TrialLog> {
  return TrialLog.open(...given);
}
