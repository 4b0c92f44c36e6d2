import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { runFake, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
afterAll(() => files.remove());

const bin = fileURLToPath(new URL("../../bin/starcast.js", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../../dist/studio/index.js", import.meta.url)));

describe("studio", () => {
  it.each([
    [["nowhere"], "There is no folder nowhere"],
    [["--port", "70000"], "at most 65535"],
  ])("refuses %j", async (words, message) => {
    const { code, out, err } = await runFake(["studio", ...words]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it.skipIf(!isBuilt)("serves the pages to this machine until Ctrl-C (needs the build)", async () => {
    const child = spawn(process.execPath, [bin, "studio", files.folder, "--port", "0"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      void ended.then((code) => reject(new Error(`ended with code ${code}`)));
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const page = await fetch(url);
    expect(await page.text()).toContain("<title>Starcast studio</title>");
    expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(await (await fetch(`${url}/api/runs`)).json()).toEqual({ runs: [] });
    if (process.platform !== "win32") {
      child.kill("SIGINT");
      expect(await ended).toBe(0);
    } else child.kill();
  });
});
