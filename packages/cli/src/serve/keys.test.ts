import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../errors.js";
import { temporaryFolder } from "../testing/harness.js";
import { KeyRing, newKey } from "./keys.js";

const files = temporaryFolder();
afterAll(() => files.remove());

describe("KeyRing", () => {
  it("knows the keys of its file, of which it holds no key itself", () => {
    const [one, two] = [newKey("one"), newKey("two")];
    const content = `# those who may ask\n${one.line}\r\n\n  ${two.line} 600\n`;
    const ring = KeyRing.read(files.write("keys.txt", content));
    expect(content).not.toContain(one.key);
    expect(ring.find(`Bearer ${one.key}`)).toMatchObject({ name: "one", perMinute: undefined });
    expect(ring.find(`bearer ${two.key}`)).toMatchObject({ name: "two", perMinute: 600 });
    for (const other of [
      undefined,
      "",
      one.key,
      `Bearer ${one.key}x`,
      "Bearer ",
      `Basic ${one.key}`,
      `Bearer ${"x".repeat(600)}`,
    ]) {
      expect(ring.find(other)).toBe(undefined);
    }
  });

  it.each([
    ["", "no-keys"],
    ["# nothing", "no-keys"],
    ["name", "bad-key"],
    [`name ${"0".repeat(63)}`, "bad-key"],
    [`name ${"0".repeat(64)} 0`, "bad-key"],
    [`na/me ${"0".repeat(64)}`, "bad-key"],
  ])("refuses %j as %s", (content, code) => {
    const path = files.write("bad.txt", content);
    expect(() => KeyRing.read(path)).toThrow(UsageError);
    expect(() => KeyRing.read(path)).toThrow(expect.objectContaining({ code }));
  });

  it("says how to make keys where there is no file", () => {
    expect(() => KeyRing.read(files.path("none.txt"))).toThrow("--new-key NAME");
  });
});
