import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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
      /is not a complete model/,
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
    const broken = new Map<string, Uint8Array>([...model("two"), ["x", 7 as never]]);
    const error = await failure(diskFolder(path).write(broken));
    expect(error.code).toBe("cannot-write");
    expect(readFileSync(join(path, "config.json"), "utf8")).toBe("config.json one");
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("refuses names that lead out of the folder", async () => {
    await diskFolder(path).write(model("one"));
    writeFileSync(join(parent, "secret"), "x");
    for (const name of [
      "../secret",
      "..",
      "a/b",
      "a\\b",
      "/etc/passwd",
      "",
      ".",
      "C:x",
      "a\0b",
      ".hidden",
      "NUL",
      "a.",
    ]) {
      expect((await failure(diskFolder(path).read(name))).code).toBe("bad-file-name");
      expect((await failure(diskFolder(path).write(new Map([[name, bytes("x")]])))).code).toBe("bad-file-name");
    }
  });

  it.skipIf(process.platform === "win32")("follows a link within the folder, and none out of it", async () => {
    await diskFolder(path).write(model("one"));
    writeFileSync(join(parent, "secret"), "x");
    symlinkSync("config.json", join(path, "inside"));
    expect(new TextDecoder().decode(await diskFolder(path).read("inside"))).toBe("config.json one");
    for (const target of ["../secret", join(parent, "secret"), "../model/../secret", "/dev/zero"]) {
      symlinkSync(target, join(path, "outside"));
      const error = await failure(diskFolder(path).read("outside"));
      expect([error.name, error.code]).toEqual(["FormatError", "link-out-of-folder"]);
      rmSync(join(path, "outside"));
    }
    symlinkSync(path, join(parent, "latest"));
    expect(new TextDecoder().decode(await diskFolder(join(parent, "latest")).read("config.json"))).toBe(
      "config.json one",
    );
  });

  it.skipIf(process.platform === "win32")("opens neither a folder nor a pipe, which would never end", async () => {
    await diskFolder(path).write(model("one"));
    mkdirSync(join(path, "folder"));
    execFileSync("mkfifo", [join(path, "pipe")]);
    for (const name of ["folder", "pipe"]) expect((await failure(diskFolder(path).read(name))).code).toBe("not-a-file");
  });

  it("reads no more than it is allowed to", async () => {
    await diskFolder(path).write(model("one"));
    expect((await failure(diskFolder(path).read("config.json", { maxBytes: 14 }))).code).toBe("too-large");
    expect((await diskFolder(path).read("config.json", { maxBytes: 15 })).length).toBe(15);
  });

  it.skipIf(process.platform === "win32")(
    "writes over a link to a file of the user's, and not through it",
    async () => {
      await diskFolder(path).write(model("one"));
      writeFileSync(join(parent, "precious"), "mine");
      rmSync(join(path, "vocabulary.txt"));
      symlinkSync(join(parent, "precious"), join(path, "vocabulary.txt"));
      await diskFolder(path).write(model("two"));
      expect(readFileSync(join(parent, "precious"), "utf8")).toBe("mine");
      expect(readFileSync(join(path, "vocabulary.txt"), "utf8")).toBe("vocabulary.txt two");
    },
  );

  it("tells a missing folder, a file and an incomplete model apart", async () => {
    expect((await failure(diskFolder(path).read("config.json"))).message).toContain("There is no folder");
    writeFileSync(join(parent, "file"), "x");
    expect((await failure(diskFolder(join(parent, "file")).read("config.json"))).message).toContain("is a file");
    expect((await failure(diskFolder(join(parent, "file")).write(model("one")))).code).toBe("not-a-model-folder");
    mkdirSync(path);
    const error = await failure(diskFolder(path).read("config.json"));
    expect([error.name, error.code]).toEqual(["FormatError", "missing-file"]);
  });

  it.skipIf(process.platform === "win32").each<[string, string, (waiting: string) => void]>([
    ["a link in its place", "link-out-of-folder", (waiting) => symlinkSync(join(parent, "elsewhere"), waiting)],
    ["a file in its place", "not-a-file", (waiting) => writeFileSync(waiting, "x")],
    ["a list that names a file outside", "bad-value", (waiting) => put(waiting, '["config.json", "../precious"]')],
    ["a list that is none", "bad-value", (waiting) => put(waiting, '"config.json"')],
    ["a list that is not JSON", "bad-value", (waiting) => put(waiting, "[")],
    [
      "a list that is a link out of the folder",
      "link-out-of-folder",
      (waiting) => {
        put(waiting, "");
        rmSync(join(waiting, ".files.json"));
        symlinkSync(join(parent, "elsewhere", ".files.json"), join(waiting, ".files.json"));
      },
    ],
    ["a list without end", "too-large", (waiting) => put(waiting, `["config.json"${" ".repeat(2 ** 16)}]`)],
    [
      "a link among its files",
      "not-a-file",
      (waiting) => {
        put(waiting, '["config.json", "vocabulary.txt"]');
        symlinkSync(join(parent, "precious"), join(waiting, "vocabulary.txt"));
      },
    ],
  ])("refuses a model in waiting with %s, and changes nothing", async (_, code, fill) => {
    await diskFolder(path).write(model("one"));
    writeFileSync(join(parent, "precious"), "mine");
    put(join(parent, "elsewhere"), '["config.json"]');
    const waiting = join(path, ".model-complete");
    fill(waiting);
    expect((await failure(diskFolder(path).read("config.json"))).code).toBe(code);
    expect((await failure(diskFolder(path).write(model("two")))).code).toBe(code);
    rmSync(waiting, { recursive: true });
    expect(new TextDecoder().decode(await diskFolder(path).read("config.json"))).toBe("config.json one");
    expect(readdirSync(path).sort()).toEqual(["config.json", "model.safetensors", "vocabulary.txt"]);
    expect(readdirSync(join(parent, "elsewhere")).sort()).toEqual([".files.json", "config.json"]);
    expect(readFileSync(join(parent, "precious"), "utf8")).toBe("mine");
  });

  it("moves only the files that the list of a model in waiting names", async () => {
    await diskFolder(path).write(model("one"));
    put(join(path, ".model-complete"), '["config.json"]');
    writeFileSync(join(path, ".model-complete", "events.jsonl"), "theirs");
    expect(new TextDecoder().decode(await diskFolder(path).read("config.json"))).toBe("waiting");
    expect(readdirSync(path)).toEqual(["config.json"]);
  });

  /** A model in waiting, as a stranger may have packed it. */
  function put(waiting: string, list: string): void {
    mkdirSync(waiting);
    writeFileSync(join(waiting, "config.json"), "waiting");
    writeFileSync(join(waiting, ".files.json"), list);
  }
});
