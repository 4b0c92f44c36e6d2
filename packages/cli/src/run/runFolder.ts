import { mkdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type CheckpointSummary,
  DivergedError,
  type ModelFolder,
  type RatingModel,
  readCheckpoint,
  StarcastError,
} from "@starcast/core";
import { cannotWrite } from "../data/atomicWrite.js";
import { addModelFile, diskFolder, finishReplacing } from "../data/diskFolder.js";
import { writeDurably } from "../data/durable.js";
import { UsageError } from "../errors.js";
import { runFiles, writingFolders } from "../modelFiles.js";
import { CheckpointStore } from "./checkpointStore.js";
import { EventLog, type LoggedEvent } from "./eventLog.js";
import type { RunData } from "./runData.js";
import { type RunLock, takeLock } from "./runLock.js";

/** The command that a run was started with: what `--resume` alone goes on with. */
export interface RunCommand {
  /** Absolute paths or patterns of the data. */
  readonly data: readonly string[];
  /** Options by their names in the table; paths are absolute. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A run that was begun in a folder and not finished. */
export interface UnfinishedRun {
  /** Newest checkpoint that is intact. */
  readonly checkpoint: Uint8Array;
  readonly summary: CheckpointSummary;
  /** Files that were passed over because they are damaged. */
  readonly damaged: readonly string[];
  /** Absent when its file is damaged. */
  readonly command?: RunCommand;
}

const commandFile = "run.json";
const commandFormat = "starcast-run/1";

/**
 * The folder of a training run, which will be its model's: `events.jsonl`, the checkpoints until the run is finished,
 * and a lock as long as a process works on it. Nothing of an earlier run changes before `begin`.
 */
export class RunFolder {
  readonly path: string;
  readonly checkpoints: CheckpointStore;
  readonly #folder: string;
  readonly #lock: RunLock;
  /** The uppermost folder that was made for it, to be taken away again when nothing is put in. */
  readonly #made: string | undefined;
  readonly #log: EventLog;
  /** Why `events.jsonl` could not be written, once. */
  logFailure: Error | undefined;
  /** Why there is no `report.html`. */
  reportFailure: Error | undefined;

  private constructor(path: string, lock: RunLock, made: string | undefined) {
    this.path = path;
    this.#folder = resolve(path);
    this.#lock = lock;
    this.#made = made;
    this.checkpoints = new CheckpointStore(join(this.#folder, runFiles.checkpoints));
    this.#log = new EventLog(join(this.#folder, runFiles.events), (error) => {
      this.logFailure = error;
    });
  }

  /**
   * Opens the folder for this process alone, makes it where there is none, and mends what a killed process left.
   *
   * @throws {UsageError} `run-in-progress` while another process works on it. @throws {StarcastError} `cannot-write`.
   */
  static async open(path: string): Promise<RunFolder> {
    const folder = resolve(path);
    try {
      const made = await mkdir(folder, { recursive: true });
      const lock = await takeLock(join(folder, runFiles.lock), path);
      const run = new RunFolder(path, lock, made);
      await run.#mend().catch(async (error: unknown) => {
        await run.close();
        throw error;
      });
      return run;
    } catch (error) {
      throw error instanceof UsageError ? error : cannotWrite(path, error);
    }
  }

  async #mend(): Promise<void> {
    await finishReplacing(this.#folder);
    await rm(join(this.#folder, writingFolders.incomplete), { recursive: true, force: true });
  }

  /**
   * The run that was begun here and not finished.
   *
   * @throws {FormatError} when its checkpoints are all damaged, or of another version.
   */
  async unfinished(): Promise<UnfinishedRun | undefined> {
    const found = await this.checkpoints.newest(readCheckpoint);
    if (found === undefined) return undefined;
    const { bytes: checkpoint, summary, damaged } = found;
    return { checkpoint, summary, damaged, command: await this.#command() };
  }

  /** Begins to write: anew, or where a checkpoint stands. @param damaged checkpoints to be removed. */
  async begin(options: { goOn: boolean; damaged?: readonly string[]; command?: RunCommand }): Promise<void> {
    const { goOn, damaged = [], command } = options;
    if (goOn) await this.checkpoints.tidy(damaged);
    else {
      await this.checkpoints.clear();
      if (command) await this.#keepCommand(command);
    }
    await this.#log.open({ goOn });
  }

  /** Takes back a run that was begun anew and has nothing to keep. */
  async discard(): Promise<void> {
    await this.#log.close();
    await this.checkpoints.clear();
    await rm(join(this.#folder, runFiles.events), { force: true });
  }

  /** Notes an event, and tells what went wrong in the background. @throws {StarcastError} `cannot-write`. */
  async record(event: LoggedEvent): Promise<void> {
    await this.#log.record(event);
    this.checkpoints.check();
  }

  /** Notes how the run ended without a result. A run that cannot be helped is over: nothing of it is kept to go on. */
  async recordFailure(error: unknown): Promise<void> {
    const code = error instanceof StarcastError ? error.code : "error";
    const message = error instanceof Error ? error.message : String(error);
    await this.#log.record({ type: "failed", code, message });
    if (error instanceof DivergedError) await this.checkpoints.clear();
  }

  /**
   * Keeps what came of the run: the place where everything that a finished or stopped run leaves is written.
   *
   * A report comes last, when the model is safe: that it cannot be made or written is noted as `reportFailure`.
   *
   * @param options.data what the run learned from; it is kept as a file of the model.
   * @param options.isOver whether there is nothing to go on with: the checkpoints are removed.
   * @param options.makeReport gives the report as HTML.
   */
  async keepResult(
    model: RatingModel,
    options: { readonly data: RunData; readonly isOver: boolean; readonly makeReport?: () => Promise<string> },
  ): Promise<void> {
    await this.checkpoints.settle();
    const disk = diskFolder(this.path);
    const data = new TextEncoder().encode(`${JSON.stringify(options.data, undefined, 2)}\n`);
    const folder: ModelFolder = {
      read: (name, limits) => disk.read(name, limits),
      write: (files) => disk.write(new Map([...files, ["data.json", data]])),
    };
    const write = (): Promise<void> => model.save(folder);
    await write().catch(async (error: unknown) => {
      // Where the disk is full, the older checkpoint makes room; the newest stays until the model is safe.
      if (!(await this.checkpoints.shrink())) throw error;
      await write();
    });
    if (options.isOver) await this.checkpoints.clear();
    if (options.makeReport === undefined) return;
    try {
      const report = await options.makeReport();
      await addModelFile(this.path, "report.html", new TextEncoder().encode(report));
    } catch (error) {
      this.reportFailure = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Gives the folder back, once nothing is being written there, and takes it away again when nothing was put in. */
  async close(): Promise<void> {
    await this.checkpoints.rest();
    await this.#log.close();
    await this.#lock.release();
    if (this.#made === undefined) return;
    // Only empty folders can be removed so, from the innermost out to the first that was made.
    for (let folder = this.#folder; folder.length >= this.#made.length; folder = resolve(folder, "..")) {
      const removed = await rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  async #keepCommand(command: RunCommand): Promise<void> {
    const folder = join(this.#folder, runFiles.checkpoints);
    const text = `${JSON.stringify({ format: commandFormat, ...command }, undefined, 2)}\n`;
    try {
      await mkdir(folder, { recursive: true });
      await writeDurably(join(folder, `${commandFile}.partial`), new TextEncoder().encode(text));
      await rename(join(folder, `${commandFile}.partial`), join(folder, commandFile));
    } catch (error) {
      throw cannotWrite(join(folder, commandFile), error);
    }
  }

  async #command(): Promise<RunCommand | undefined> {
    const text = await readFile(join(this.#folder, runFiles.checkpoints, commandFile), "utf8").catch(() => "");
    try {
      const { format, data, options } = JSON.parse(text) as Partial<RunCommand> & { format?: unknown };
      const isCommand = format === commandFormat && Array.isArray(data) && typeof options === "object";
      return isCommand && data.every((path) => typeof path === "string") ? { data, options } : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Opens a run's folder: see {@link RunFolder.open}. */
export function openRun(path: string): Promise<RunFolder> {
  return RunFolder.open(path);
}
