import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { survive } from "./survive.mjs";

const isBuilt = existsSync(fileURLToPath(new URL("../../packages/cli/dist/index.js", import.meta.url)));

describe.skipIf(!isBuilt)("a training in a process of its own (skipped where packages/cli is not built)", () => {
  it("survives kills, a full disk and short writes; the long suite plays many more of them", async () => {
    const counts = await survive({ kills: 2, fullDisks: 1, shortWrites: 1, seed: 3, recipes: ["best"] });
    expect(counts.kills).toBeGreaterThanOrEqual(2);
    expect(counts.fullDisks).toBeGreaterThanOrEqual(1);
    expect(counts.shortWrites).toBeGreaterThanOrEqual(1);
  });
});
