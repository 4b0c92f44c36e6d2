import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./testing/harness.js";

const bin = fileURLToPath(new URL("../bin/starcast.js", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../dist/main.js", import.meta.url)));
const files = temporaryFolder();
afterAll(() => files.remove());

function starcast(args: readonly string[], stdin = ""): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, NO_COLOR: "1" } });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.end(stdin);
  });
}

describe.skipIf(!isBuilt)("the built command (skipped where packages/cli is not built)", () => {
  it("exits with 0 after its help, and loads neither engine nor DuckDB for it", async () => {
    const { code, out, err } = await starcast(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("starcast train reviews.csv");
  });

  it("exits with 2 and one sentence on standard error for a mistake", async () => {
    const { code, out, err } = await starcast(["train", files.path("none.csv")]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("writes the sample and refuses to replace it", async () => {
    const out = files.path("sample.csv");
    expect((await starcast(["sample", "--out", out, "--rows", "30"])).code).toBe(0);
    expect((await starcast(["sample", "--out", out, "--rows", "30"])).code).toBe(2);
    expect((await starcast(["check", out])).code).toBe(0);
  });
});
