import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { publicDeclarations } from "./check-docstrings.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-docstrings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function declarations(files: Record<string, string>): Record<string, boolean> {
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  return Object.fromEntries(
    publicDeclarations(join(folder, "index.ts")).map(({ name, documented }) => [name, documented]),
  );
}

it("follows re-exports and sees which names carry a docstring", () => {
  const found = declarations({
    "index.ts": `export * from "./a.js"; export { kept, type Shape } from "./b.js";`,
    "a.ts": `/** Adds. */\nexport function add() {}\n// A remark only.\nexport function bare() {}\nfunction inner() {}`,
    "b.ts": `/** Yes. */\nexport const kept = 1;\nexport const dropped = 2;\nexport interface Shape {}`,
  });
  expect(found).toEqual({ add: true, bare: false, kept: true, Shape: false });
});

it("counts the public methods of a class, and neither private nor overriding ones", () => {
  const source = `/** A. */\nexport class A extends B {
    constructor() {}
    #hidden() {}
    private quiet() {}
    override same() {}
    /** Says what. */
    told() {}
    untold() {}
  }`;
  expect(declarations({ "index.ts": source })).toEqual({ A: true, "A.told": true, "A.untold": false });
});

it("asks for one docstring for all overloads of a function", () => {
  const source = `/** Both. */\nexport function f(a: string): void;\nexport function f(a: number): void;\nexport function f() {}`;
  expect(declarations({ "index.ts": source })).toEqual({ f: true });
});
