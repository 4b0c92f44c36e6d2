import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadModel } from "starcast";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { survive } from "./survive.mjs";

describe("trainings in processes of their own", () => {
  it("survive 50 kills, 10 full disks and 5 times short writes, in every recipe, on any number of threads", async () => {
    const counts = await survive({ kills: 50, fullDisks: 10, shortWrites: 5, seed: 1 });
    expect(counts.kills).toBeGreaterThanOrEqual(50);
    expect(counts.killsWithinOperations).toBeGreaterThanOrEqual(10);
    expect(counts.fullDisks).toBeGreaterThanOrEqual(10);
    expect(counts.shortWrites).toBeGreaterThanOrEqual(5);
  });
});

const program = fileURLToPath(new URL("../../packages/cli/bin/starcast.js", import.meta.url));
const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });

/** A file system of so many kilobytes; only root can have one. */
function mountSmall(folder: string, kilobytes: number, options = ""): boolean {
  mkdirSync(folder, { recursive: true });
  const words = ["-t", "tmpfs", "-o", `size=${kilobytes}k${options}`, "tmpfs", folder];
  return process.platform === "linux" && spawnSync("mount", words).status === 0;
}

const parent = mkdtempSync(join(tmpdir(), "starcast-small-"));
const disk = join(parent, "disk");
const isMounted = mountSmall(disk, 1024);
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(parent, { recursive: true, force: true });
});

describe.skipIf(!isMounted)(
  "a file system that is too small (skipped where none can be mounted: needs Linux and root)",
  () => {
    const data = join(parent, "reviews.csv");
    const words = (out: string) => [
      "train",
      data,
      "--out",
      out,
      "--members",
      "1",
      "--epochs",
      "6",
      "--no-baselines",
      "--no-report",
      "--threads",
      "1",
    ];
    beforeAll(() => {
      run("sample", "--rows", "400", "--out", data);
      expect(run(...words(join(parent, "whole"))).status).toBe(0);
    });

    it.each([64, 256, 512, 768, 1024, 1536, 2048])(
      "of %i KiB ends a training with one sentence, and a larger one lets it go on to the same model",
      async (kilobytes) => {
        const out = join(disk, "model");
        const resize = (size: number) => mountSmall(disk, size, ",remount");
        rmSync(out, { recursive: true, force: true });
        expect(resize(kilobytes)).toBe(true);
        const first = run(...words(out));
        if (first.status !== 0) {
          expect(first.stderr).toMatch(/The disk is full/);
          expect(first.stderr.trim().split("\n")).toHaveLength(1);
        }
        expect(resize(65_536)).toBe(true);
        const second = first.status === 0 ? first : run(...words(out));
        expect(second.stderr).toBe("");
        const [model, whole] = [await loadModel(out), await loadModel(join(parent, "whole"))];
        expect(model.weights()).toEqual(whole.weights());
        expect(readdirSync(out).sort()).toEqual(readdirSync(join(parent, "whole")).sort());
      },
    );
  },
);
