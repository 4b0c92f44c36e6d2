import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { survive } from "./survive.mjs";

const isBuilt = existsSync(fileURLToPath(new URL("../../packages/cli/dist/index.js", import.meta.url)));

describe.skipIf(!isBuilt)("a training in a process of its own (skipped where packages/cli is not built)", () => {
  it("survives kills and a full disk; the long suite plays many more of them", async () => {
    const counts = await survive({ kills: 2, fullDisks: 1, seed: 3, recipes: ["best"] });
    expect(counts.kills).toBeGreaterThanOrEqual(2);
    expect(counts.fullDisks).toBeGreaterThanOrEqual(1);
  });
});
