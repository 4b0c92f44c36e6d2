import { describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.js";
import { checkFileName, memoryFolder } from "./modelFolder.js";

describe("memoryFolder", () => {
  it("reads what was written, and lists it", async () => {
    const folder = memoryFolder(new Map([["config.json", Uint8Array.of(1)]]));
    await folder.write(new Map([["vocabulary.txt", Uint8Array.of(2)]]));
    expect(await folder.read("config.json")).toEqual(Uint8Array.of(1));
    expect([...folder.files.keys()]).toEqual(["config.json", "vocabulary.txt"]);
  });

  it("keeps its own copy of what is written", async () => {
    const folder = memoryFolder();
    const bytes = Uint8Array.of(1);
    await folder.write(new Map([["a", bytes]]));
    bytes[0] = 9;
    expect(await folder.read("a")).toEqual(Uint8Array.of(1));
  });

  it("says which file is missing and what a model holds", async () => {
    const error = await memoryFolder()
      .read("config.json")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({
      code: "missing-file",
      message:
        "config.json is not in this model; a model folder holds model.safetensors, config.json and vocabulary.txt.",
    });
  });

  it("writes nothing when one of the names is refused", async () => {
    const folder = memoryFolder();
    const files = new Map([
      ["good", Uint8Array.of(1)],
      ["../bad", Uint8Array.of(2)],
    ]);
    await expect(folder.write(files)).rejects.toThrow(OptionError);
    expect(folder.files.size).toBe(0);
  });
});

describe("checkFileName", () => {
  it.each(["model.safetensors", "config.json", "a", "A-b_c.9", "console", "nul_"])("accepts %s", (name) => {
    expect(() => checkFileName(name)).not.toThrow();
  });

  it.each([
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "/etc/passwd",
    "C:x",
    ".hidden",
    "x\0",
    "x\n",
    "ä",
    "-x",
    "x".repeat(101),
    "a.",
    "NUL",
    "con.txt",
    "Lpt1",
  ])("refuses %j", (name) => {
    expect(() => checkFileName(name)).toThrow(OptionError);
  });
});
