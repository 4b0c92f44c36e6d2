import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckpointStore } from "./checkpointStore.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (text: string) => new TextEncoder().encode(text);
const checkpoint = (...texts: string[]) => ({ pieces: () => texts.map(bytesOf) });
const contents = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));

describe("CheckpointStore", () => {
  it("writes all pieces in order, and keeps the two newest", async () => {
    const store = new CheckpointStore(folder);
    for (const name of ["one", "two", "three"]) await store.save(checkpoint(name, "", " more"));
    await store.settle();
    expect(contents()).toEqual(["two more", "three more"]);
    expect(readdirSync(folder)).toEqual(["checkpoint-000002.safetensors", "checkpoint-000003.safetensors"]);
    expect(await store.newest((bytes) => new TextDecoder().decode(bytes))).toMatchObject({ summary: "three more" });
  });

  it("has handed over every byte when it returns, so that the training may go on", async () => {
    const store = new CheckpointStore(folder);
    const live = bytesOf("then");
    await store.save({ pieces: () => [live] });
    live.set(bytesOf("soon"));
    await store.settle();
    expect(contents()).toEqual(["then"]);
  });

  it("makes room on a full disk with the older of two, and begins again", async () => {
    const store = new CheckpointStore(folder);
    for (const name of ["one", "two"]) await store.save(checkpoint(name));
    let isFull = true;
    await store.save({
      *pieces() {
        yield bytesOf("th");
        if (isFull) {
          isFull = false;
          throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        }
        yield bytesOf("ree");
      },
    });
    await store.settle();
    expect(contents()).toEqual(["two", "three"]);
  });

  it("says why it cannot write, and leaves nothing half-written", async () => {
    const store = new CheckpointStore(folder);
    await store.save(checkpoint("one"));
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const failing = {
      pieces: () => {
        throw full;
      },
    };
    await expect(store.save(failing)).rejects.toMatchObject({ code: "cannot-write", message: /disk is full/ });
    expect(contents()).toEqual(["one"]);
    const taken = new CheckpointStore(join(folder, "checkpoint-000001.safetensors"));
    await expect(taken.save(checkpoint("two"))).rejects.toMatchObject({ code: "cannot-write" });
    writeFileSync(join(folder, "checkpoint-000002.safetensors.partial"), "left by a killed process");
    await store.save(checkpoint("two"));
    await store.settle();
    expect(contents()).toEqual(["one", "two"]);
  });
});
