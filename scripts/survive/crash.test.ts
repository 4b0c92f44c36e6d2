/** A process that dies, or a disk that fills up, at every single operation of a write: played through in this process. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "@starcast/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFolder } from "../../packages/cli/src/data/diskFolder.js";
import { CheckpointStore } from "../../packages/cli/src/run/checkpointStore.js";
import { type Decision, injectFaults } from "./faults.mjs";

/** In memory where there is such a place: forcing thousands of small files to a disk takes long. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(place, "starcast-crash-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const modelOf = (text: string, names = ["config.json", "model.safetensors", "vocabulary.txt", "metrics.json"]) =>
  new Map(names.map((name) => [name, bytes(`${name} ${text}`)]));

/** Does the work while operations from the `at`-th on are answered by `decision`; after death nothing is done any more. */
async function suffer(folder: string, decision: Decision, at: number, work: () => Promise<void>) {
  const faults = await injectFaults({
    folder,
    decide: (operation) => (operation >= at ? decision : "pass"),
    kill: () => Promise.reject(new Error("dead")),
  });
  try {
    await work();
    return { failure: undefined, operations: faults.count() };
  } catch (failure) {
    return { failure: failure as Error & { code?: string }, operations: faults.count() };
  } finally {
    faults.restore();
  }
}

describe("a model that is written", () => {
  async function contentOf(path: string): Promise<string> {
    const folder = diskFolder(path);
    const names = ["config.json", "model.safetensors", "vocabulary.txt"];
    const contents = new Set<string>();
    // One after the other, the one that makes a model first, as models are loaded.
    for (const name of names) contents.add(new TextDecoder().decode(await folder.read(name)).split(" ")[1]);
    return [...contents].join(" and ");
  }
  const put = (path: string, model: ReadonlyMap<string, Uint8Array>) => diskFolder(path).write(model);

  it.each<[Decision, string]>([
    ["kill", "the process dies"],
    ["full", "the disk is full"],
  ])("replaces another as a whole or not at all, when in any of its steps (%s) %s", async (decision) => {
    const seen = new Set<string>();
    for (let at = 1; ; at++) {
      const path = join(parent, `model-${at}`);
      await put(path, modelOf("one"));
      writeFileSync(join(path, "events.jsonl"), "kept\n");
      const { failure, operations } = await suffer(path, decision, at, () =>
        put(path, modelOf("two", ["config.json", "model.safetensors", "vocabulary.txt"])),
      );
      const content = await contentOf(path);
      expect(["one", "two"]).toContain(content);
      if (failure === undefined) expect(content).toBe("two");
      else if (decision === "full") expect([failure.code, content]).toEqual(["cannot-write", "one"]);
      seen.add(content);
      await put(path, modelOf("three"));
      expect(await contentOf(path)).toBe("three");
      expect(readdirSync(path).sort()).toEqual([...modelOf("").keys(), "events.jsonl"].sort());
      expect(readFileSync(join(path, "events.jsonl"), "utf8")).toBe("kept\n");
      if (at > operations) break;
    }
    expect([...seen]).toEqual(["one", "two"]);
  });

  it("appears as a whole or not at all where there was none", async () => {
    for (let at = 1; ; at++) {
      const path = join(parent, `model-${at}`);
      const { operations } = await suffer(path, "kill", at, () => put(path, modelOf("one")));
      const content = await contentOf(path).catch((error: FormatError) => error.code);
      expect(["one", "no-model", "missing-file"]).toContain(content);
      await put(path, modelOf("two"));
      expect(await contentOf(path)).toBe("two");
      if (at > operations) break;
    }
  });

  it("takes writes that do only half of what they were asked", async () => {
    const path = join(parent, "model");
    const faults = await injectFaults({ folder: path, decide: () => "short", kill: () => Promise.reject(new Error()) });
    await put(path, modelOf("one"));
    faults.restore();
    expect(await contentOf(path)).toBe("one");
  });
});

describe("checkpoints that are kept", () => {
  /** As a checkpoint is read: a torn one shows itself. */
  const read = (found: Uint8Array): string => {
    const text = new TextDecoder().decode(found);
    if (!/^<.*>$/.test(text)) throw new FormatError("damaged", "torn");
    return text;
  };
  const saveAll = async (store: CheckpointStore, texts: readonly string[]) => {
    for (const text of texts) await store.save({ pieces: () => [bytes(text.slice(0, 1)), bytes(text.slice(1))] });
    await store.settle();
  };

  it("lose no more than the one that is being written, in whatever step the process dies", async () => {
    for (let at = 1; ; at++) {
      const folder = join(parent, `checkpoints-${at}`);
      await saveAll(new CheckpointStore(folder), ["<1>", "<2>"]);
      const { failure, operations } = await suffer(folder, "kill", at, () =>
        saveAll(new CheckpointStore(folder), ["<3>"]),
      );
      const store = new CheckpointStore(folder);
      const found = await store.newest(read);
      expect(failure === undefined ? ["<3>"] : ["<2>", "<3>"]).toContain(found?.summary);
      await store.tidy(found?.damaged ?? []);
      await saveAll(store, ["<4>"]);
      expect((await store.newest(read))?.summary).toBe("<4>");
      expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
      if (at > operations) break;
    }
  });

  it("make room by giving up the older one on a full disk, and keep the newer one if that is not enough", async () => {
    const folder = join(parent, "checkpoints");
    await saveAll(new CheckpointStore(folder), ["<1>", "<2>"]);
    let writes = 0;
    const faults = await injectFaults({
      folder,
      decide: (_, name) => (name === "write" && ++writes === 1 ? "full" : "pass"),
      kill: () => Promise.reject(new Error()),
    });
    await saveAll(new CheckpointStore(folder), ["<3>"]);
    faults.restore();
    expect(readdirSync(folder)).toHaveLength(2);
    expect((await new CheckpointStore(folder).newest(read))?.summary).toBe("<3>");

    const { failure } = await suffer(folder, "full", 1, () => saveAll(new CheckpointStore(folder), ["<4>"]));
    expect(failure).toMatchObject({ code: "cannot-write", message: expect.stringContaining("disk is full") as string });
    expect((await new CheckpointStore(folder).newest(read))?.summary).toBe("<3>");
  });

  it("are passed over when damaged, and refused when all are", async () => {
    const folder = join(parent, "checkpoints");
    const store = new CheckpointStore(folder);
    await saveAll(store, ["<1>", "<2>"]);
    const [older, newer] = readdirSync(folder).map((name) => join(folder, name));
    writeFileSync(newer, "<2");
    expect(await store.newest(read)).toMatchObject({ summary: "<1>", damaged: [newer] });
    writeFileSync(older, "");
    await expect(store.newest(read)).rejects.toMatchObject({ code: "damaged" });
  });
});
