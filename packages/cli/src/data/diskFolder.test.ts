import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFolder } from "./diskFolder.js";

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "starcast-folder-"));
  path = join(parent, "model");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const model = (text: string) =>
  new Map(["config.json", "model.safetensors", "vocabulary.txt"].map((name) => [name, bytes(`${name} ${text}`)]));

async function failure(work: Promise<unknown>): Promise<{ name: string; code: string; message: string }> {
  return work.then(
    () => ({ name: "nothing", code: "", message: "" }),
    (error: Error & { code: string }) => error,
  );
}

describe("diskFolder", () => {
  it("gives back the bytes that were written, making folders on the way", async () => {
    const folder = diskFolder(join(parent, "a", "b", "model"));
    await folder.write(model("one"));
    expect(new TextDecoder().decode(await folder.read("config.json"))).toBe("config.json one");
    expect(readdirSync(folder.path).sort()).toEqual(["config.json", "model.safetensors", "vocabulary.txt"]);
    expect(readdirSync(join(parent, "a", "b"))).toEqual(["model"]);
  });

  it("replaces a model as a whole: nothing of the earlier one stays", async () => {
    await diskFolder(path).write(new Map([...model("one"), ["metrics.json", bytes("{}")]]));
    await diskFolder(path).write(model("two"));
    expect(readdirSync(path).sort()).toEqual(["config.json", "model.safetensors", "vocabulary.txt"]);
    expect(readFileSync(join(path, "config.json"), "utf8")).toBe("config.json two");
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("writes into an empty folder", async () => {
    mkdirSync(path);
    await diskFolder(path).write(model("one"));
    expect(existsSync(join(path, "config.json"))).toBe(true);
  });

  it.each<[string, () => void, RegExp]>([
    ["no model", () => writeFileSync(join(path, "thesis.doc"), "x"), /is not overwritten/],
    [
      "a model and something else",
      () => {
        for (const name of model("").keys()) writeFileSync(join(path, name), "x");
        writeFileSync(join(path, "thesis.doc"), "x");
      },
      /holds "thesis.doc", which is not part of a model/,
    ],
    [
      "only a config.json of another program",
      () => writeFileSync(join(path, "config.json"), "x"),
      /is not a Starcast model/,
    ],
  ])("does not overwrite a folder that holds %s", async (_, fill, message) => {
    mkdirSync(path);
    fill();
    const before = readdirSync(path);
    const error = await failure(diskFolder(path).write(model("one")));
    expect([error.name, error.code]).toEqual(["OptionError", "not-a-model-folder"]);
    expect(error.message).toMatch(message);
    expect(readdirSync(path)).toEqual(before);
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("leaves the earlier model and no litter when writing fails", async () => {
    await diskFolder(path).write(model("one"));
    const broken = new Map<string, Uint8Array>([...model("two"), ["x".repeat(300), bytes("name too long")]]);
    const error = await failure(diskFolder(path).write(broken));
    expect(error.code).toBe("cannot-write");
    expect(readFileSync(join(path, "config.json"), "utf8")).toBe("config.json one");
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("refuses names that lead out of the folder", async () => {
    await diskFolder(path).write(model("one"));
    writeFileSync(join(parent, "secret"), "x");
    for (const name of ["../secret", "..", "a/b", "a\\b", "/etc/passwd", "", ".", "C:x", "a\0b", ".hidden"]) {
      expect((await failure(diskFolder(path).read(name))).code).toBe("bad-name");
      expect((await failure(diskFolder(path).write(new Map([[name, bytes("x")]])))).code).toBe("bad-name");
    }
  });

  it("tells a missing folder, a file and an incomplete model apart", async () => {
    expect((await failure(diskFolder(path).read("config.json"))).message).toContain("There is no folder");
    writeFileSync(join(parent, "file"), "x");
    expect((await failure(diskFolder(join(parent, "file")).read("config.json"))).message).toContain("is a file");
    expect((await failure(diskFolder(join(parent, "file")).write(model("one")))).code).toBe("not-a-model-folder");
    mkdirSync(path);
    const error = await failure(diskFolder(path).read("config.json"));
    expect([error.name, error.code]).toEqual(["FormatError", "missing-file"]);
  });
});
