import { type FileHandle, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Checkpoint, FormatError } from "@starcast/core";
import { cannotWrite } from "../data/atomicWrite.js";
import { syncAndClose, syncFolder, writeNew } from "../data/durable.js";

/** Checkpoints kept: the newest, and the one before it in case the newest did not reach the disk whole. */
const kept = 2;

/** A checkpoint that was found to be intact. */
export interface StoredCheckpoint<Summary> {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly summary: Summary;
  /** Newer ones that were passed over because they are damaged. */
  readonly damaged: readonly string[];
}

/**
 * Checkpoints in a folder, numbered as they come. Each is written under another name, forced to the disk and only then
 * given its own, so that a checkpoint is whole or not there; the two newest are kept.
 */
export class CheckpointStore {
  readonly #folder: string;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Waits for the checkpoint before, hands this one to the system piece by piece, and returns while it is forced to the
   * disk: training goes on meanwhile.
   *
   * @throws {StarcastError} `cannot-write`, for the one before as well.
   */
  async save(checkpoint: Pick<Checkpoint, "pieces">): Promise<void> {
    await this.settle();
    const names = await this.#names();
    const number = Number(/\d+/.exec(names.at(-1) ?? "0")?.[0]) + 1;
    const name = `checkpoint-${String(number).padStart(6, "0")}.safetensors`;
    const handle = await this.#write(name, checkpoint).catch((error: unknown) => {
      throw cannotWrite(join(this.#folder, name), error);
    });
    this.#writing = this.#keep(name, handle, names).catch((error: Error) => {
      this.#failure = cannotWrite(join(this.#folder, name), error) as Error;
    });
  }

  /** What went wrong in the background, as soon as it is known. @throws it. */
  check(): void {
    if (this.#failure === undefined) return;
    const failure = this.#failure;
    this.#failure = undefined;
    throw failure;
  }

  /** Waits until nothing is being written any more, whatever came of it. */
  async rest(): Promise<void> {
    await this.#writing;
  }

  /** Waits until what was saved is on the disk. @throws {StarcastError} `cannot-write` when it could not be. */
  async settle(): Promise<void> {
    await this.#writing;
    this.check();
  }

  /**
   * The newest checkpoint that is intact.
   *
   * @param read checks the bytes. @throws {FormatError} when there are some and all are damaged, or of another version.
   */
  async newest<Summary>(
    read: (bytes: Uint8Array, name: string) => Summary,
  ): Promise<StoredCheckpoint<Summary> | undefined> {
    const damaged: string[] = [];
    let failure: FormatError | undefined;
    for (const name of (await this.#names()).reverse()) {
      const path = join(this.#folder, name);
      const bytes = await readFile(path);
      try {
        return { path, bytes, summary: read(bytes, path), damaged };
      } catch (error) {
        if (!(error instanceof FormatError) || error.code !== "damaged") throw error;
        damaged.push(path);
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** Removes what a killed process left half-written, and checkpoints that were found to be damaged. */
  async tidy(damaged: readonly string[]): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const halves = names.filter((name) => name.endsWith(".partial")).map((name) => join(this.#folder, name));
    for (const path of [...halves, ...damaged]) await rm(path, { force: true });
  }

  /** Removes all of them, and their folder. */
  async clear(): Promise<void> {
    await this.#writing;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Makes room: all but the newest go. @returns whether there was anything to remove. */
  async shrink(): Promise<boolean> {
    const old = (await this.#names()).slice(0, -1);
    for (const name of old) await rm(join(this.#folder, name), { force: true });
    return old.length > 0;
  }

  /** Where the disk is full, the older checkpoint makes room. */
  async #write(name: string, checkpoint: Pick<Checkpoint, "pieces">): Promise<FileHandle> {
    const write = (): Promise<FileHandle> => this.#writePartial(name, checkpoint.pieces());
    return write().catch(async (error: unknown) => {
      const isFull = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
      if (!isFull || !(await this.shrink())) throw error;
      return write();
    });
  }

  async #writePartial(name: string, pieces: Iterable<Uint8Array>): Promise<FileHandle> {
    const partial = join(this.#folder, `${name}.partial`);
    await mkdir(this.#folder, { recursive: true });
    await rm(partial, { force: true });
    return writeNew(partial, pieces).catch(async (error: unknown) => {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    });
  }

  /** Gives a checkpoint its name once it is on the disk, and removes those that are too old. */
  async #keep(name: string, handle: FileHandle, before: readonly string[]): Promise<void> {
    const partial = join(this.#folder, `${name}.partial`);
    try {
      await syncAndClose(handle);
      await rename(partial, join(this.#folder, name));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.#folder);
    for (const old of before.slice(0, Math.max(0, before.length + 1 - kept))) {
      await rm(join(this.#folder, old), { force: true });
    }
  }

  /** Oldest first. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => /^checkpoint-\d{6,}\.safetensors$/.test(name)).sort(byNumber);
  }
}

function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
