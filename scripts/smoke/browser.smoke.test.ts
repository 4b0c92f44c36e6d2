import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectComplaints, executablePath, launchBrowser } from "./chromium.js";
import { place } from "./place.js";
import { serve } from "./server.js";

interface PageResult {
  readonly predictions?: string;
  readonly explained?: string;
  readonly rated?: number;
  readonly error?: string;
}

describe.skipIf(executablePath === undefined)("in a real browser (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page of a folder and waits for what it found; a warning or error on its console is a failure. */
  async function open(folder: string, path: string): Promise<PageResult> {
    cpSync(place("consumer/trained"), `${folder}/model`, { recursive: true });
    const { url, close } = await serve(folder);
    const page = await browser.newPage();
    const complaints = collectComplaints(page);
    try {
      await page.goto(`${url}/${path}`);
      const handle = await page.waitForFunction("globalThis.starcastResult", undefined, { timeout: 60_000 });
      expect(complaints).toEqual([]);
      return (await handle.jsonValue()) as PageResult;
    } finally {
      await page.close();
      close();
    }
  }

  function expectSameAsNode({ error, predictions, explained, rated }: PageResult): void {
    expect(error).toBeUndefined();
    expect(predictions).toBe(readFileSync(place("consumer/expected.json"), "utf8"));
    expect(explained).toBe(readFileSync(place("consumer/explained.json"), "utf8"));
    expect(rated).toBeGreaterThanOrEqual(1);
    expect(rated).toBeLessThanOrEqual(5);
  }

  it("a page without a bundler answers and explains as Node does, bit for bit, and trains", async () => {
    const folder = place("plain");
    mkdirSync(folder);
    for (const name of ["plain.html", "page.js", "rows.mjs", "explain.mjs", "node_modules/@starcast"]) {
      cpSync(place("consumer", name), `${folder}/${name}`, { recursive: true });
    }
    expectSameAsNode(await open(folder, "plain.html"));
  });

  it("a page built by Vite answers and explains as Node does, bit for bit, and trains", async () => {
    await viteBuild({
      root: place("consumer"),
      configFile: false,
      logLevel: "error",
      build: { outDir: place("vite"), emptyOutDir: true, rollupOptions: { input: place("consumer/bundled.html") } },
    });
    expectSameAsNode(await open(place("vite"), "bundled.html"));
  });

  it("a page bundled by esbuild answers and explains as Node does, bit for bit, and trains", async () => {
    const { warnings } = await esbuild({
      entryPoints: [place("consumer/page.js")],
      absWorkingDir: place("consumer"),
      outdir: place("esbuild"),
      bundle: true,
      minify: true,
      format: "esm",
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    cpSync(place("consumer/bundled.html"), place("esbuild/bundled.html"));
    expectSameAsNode(await open(place("esbuild"), "bundled.html"));
  });
});
