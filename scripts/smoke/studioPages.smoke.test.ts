/** Every page of the studio behind `starcast studio`: to be read by everybody, on every screen, and to do what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectComplaints, executablePath, launchBrowser } from "./chromium.js";
import { mustRun, place } from "./place.js";

const command = "node_modules/starcast/bin/starcast.js";
const patience = { timeout: 120_000 };
const pages = ["Data", "Train", "Look", "Try", "Inside the LSTM", "Fix", "Compare", "Export", "Runs"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a page is waited for, beside its heading: the last thing that it draws. */
const drawn: Readonly<Record<string, string>> = {
  Look: "Stress suite",
  Try: "The answer after every word",
  "Inside the LSTM": "At “Not”",
};

describe.skipIf(executablePath === undefined)("the studio's pages (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  let server: ChildProcess;
  let page: Page;
  let complaints: readonly string[];
  const starcast = (...args: string[]) => mustRun(process.execPath, [command, ...args], place("consumer"));

  beforeAll(async () => {
    mkdirSync(place("consumer/runs"));
    await starcast("sample", "--out", "pages.csv", "--rows", "1200");
    server = spawn(process.execPath, [command, "studio", "runs", "--port", "0"], {
      cwd: place("consumer"),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = await new Promise<string>((resolve) => {
      server.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    browser = await launchBrowser();
    page = await browser.newPage({ reducedMotion: "reduce", acceptDownloads: true });
    complaints = collectComplaints(page);
    await page.goto(url);
    await page.locator("#file").setInputFiles(place("consumer/pages.csv"));
    await page.getByRole("link", { name: "These are right: train" }).click(patience);
    await page.getByText("More settings").click();
    await page.getByLabel("Epochs").fill("2");
    await page.getByRole("button", { name: /^Train on/ }).click();
    await page.locator(".fingerprint").waitFor(patience);
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  async function go(name: string): Promise<void> {
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor(patience);
    const last = drawn[name];
    if (last !== undefined) await page.getByText(last).first().waitFor(patience);
  }

  it("works with threads behind the command line's server", async () => {
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
  });

  it.each(pages)("has no barrier that axe finds, by day and night, and fits a small screen: %s", async (name) => {
    for (const [width, colorScheme] of [
      [360, "light"],
      [1100, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await go(name);
      await page.evaluate(axe);
      expect(await page.evaluate(violations)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
    expect(complaints).toEqual([]);
  });

  it("shows the rows behind a cell of the confusion matrix", async () => {
    await go("Look");
    const cell = page.locator(".cell:not(:disabled)").first();
    const rows = Number(await cell.textContent());
    await cell.click();
    await page.getByText(`${rows} row${rows === 1 ? "" : "s"}`, { exact: true }).waitFor(patience);
    expect(await page.locator(".rows li").count()).toBe(Math.min(rows, 10));
  });

  it("shows the rows with errors that are dragged over, and those of the handles", async () => {
    // Anew, with nothing chosen.
    await go("Data");
    await go("Look");
    await page.locator(".rows li").first().waitFor(patience);
    const status = page.locator("section:has(#rows) [role=status]");
    const all = await status.textContent();
    const chart = page.locator(".histogram");
    await chart.scrollIntoViewIfNeeded();
    const { x, y, width } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.mouse.move(x + 0.55 * width, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + 2 * width, y + 20, { steps: 4 });
    await page.mouse.up();
    await page.getByText("Rows with errors from +").waitFor(patience);
    await expect.poll(() => status.textContent(), patience).not.toBe(all);
    const errors = await page.locator(".rows .quiet").allTextContents();
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) expect(error).toMatch(/\(\+\d\.\d\d\)/);
    await page.getByLabel(/^from \+/).press("Home");
    await expect.poll(() => status.textContent(), patience).toBe(all);
  });

  it.each(["Data", "Train", "Look", "Try"])(
    "prints on white paper what is worth it, nothing cut off: %s",
    async (name) => {
      await go(name);
      await page.setViewportSize({ width: 700, height: 900 });
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("light");
      for (const hidden of ["nav", "main button:not(.cell)", "main form", "footer"]) {
        expect(await page.locator(`${hidden} >> visible=true`).count()).toBe(0);
      }
      if (name === "Look") expect(await page.locator(".cell >> visible=true").count()).toBe(25);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(700);
      await page.emulateMedia({ media: null, colorScheme: null });
      await page.setViewportSize({ width: 1100, height: 800 });
    },
  );

  it("keeps models in the browser's storage, apart from the list of runs", async () => {
    const { accounts, contents } = (await page.evaluate(keptRuns)) as { accounts: string[]; contents: string[] };
    expect(contents).toHaveLength(accounts.length);
    expect(accounts.join()).not.toContain("content");
  });

  it("is worked by keyboard: doubtful ratings are corrected and saved as CSV", async () => {
    await go("Fix");
    await page.getByRole("button", { name: "Look for doubtful ratings" }).click();
    await page.locator(".queue").waitFor(patience);
    await page.locator(".queue").focus();
    await page.keyboard.press("d");
    await page.getByText("1 correction").waitFor(patience);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the data as CSV" }).click();
    const lines = readFileSync(await (await saving).path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(1200);
  });

  it("exports what the command line understands", async () => {
    await go("Export");
    const saved = new Map<string, Buffer>();
    for (const name of ["Model folder (zip)", "One HTML page", "ONNX graph", "Report (HTML)"]) {
      const saving = page.waitForEvent("download", patience);
      await page.getByRole("button", { name: `Save ${name}` }).click();
      saved.set(name, readFileSync(await (await saving).path()));
    }
    const archive = unzipSync(saved.get("Model folder (zip)") ?? Buffer.alloc(0));
    for (const [name, bytes] of Object.entries(archive)) {
      const path = place("consumer/exported", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
    const [folder] = Object.keys(archive)[0].split("/");
    const { rating } = JSON.parse(await starcast("predict", `exported/${folder}`, "lovely colour", "--json")) as {
      rating: number;
    };
    await go("Try");
    await page.getByLabel("A text to rate").fill("lovely colour");
    await expect.poll(() => page.locator(".rating .number").textContent(), patience).toBe(rating.toFixed(2));
    expect(saved.get("One HTML page")?.toString()).toContain("<!doctype html>");
    expect(saved.get("Report (HTML)")?.toString()).toContain("Stress suite");
    expect(saved.get("ONNX graph")?.includes("starcast.vocabulary")).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("follows a training of the command line live, and opens its model", async () => {
    await go("Runs");
    const args = ["train", "pages.csv", "--epochs", "100", "--out", "runs/live", "--no-report"];
    const training = spawn(process.execPath, [command, ...args], { cwd: place("consumer"), stdio: "ignore" });
    const ended = new Promise((resolve) => training.on("close", resolve));
    await page.getByText(/^epoch [2-9]\d* of \d+/).waitFor(patience);
    // Like Ctrl-C: the best so far is kept.
    training.kill("SIGINT");
    await ended;
    await page.getByRole("button", { name: "Open live" }).click(patience);
    await page.getByLabel("A text to rate").fill("lovely colour");
    const { rating } = JSON.parse(await starcast("predict", "runs/live", "lovely colour", "--json")) as {
      rating: number;
    };
    await expect.poll(() => page.locator(".rating .number").textContent(), patience).toBe(rating.toFixed(2));
  });

  it("shows the rows behind the cells of a run on disk, and forgets its model with it", async () => {
    await go("Look");
    const cell = page.locator(".cell:not(:disabled)").first();
    const rows = Number(await cell.textContent());
    await cell.click();
    await page.getByText(`${rows} row${rows === 1 ? "" : "s"}`, { exact: true }).waitFor(patience);
    const before = ((await page.evaluate(keptRuns)) as { contents: string[] }).contents.length;
    await go("Compare");
    await page.getByRole("button", { name: "Forget live" }).click();
    await expect
      .poll(async () => ((await page.evaluate(keptRuns)) as { contents: string[] }).contents.length, patience)
      .toBe(before - 1);
  });
});

/** Names of what the browser keeps of runs: what each account holds, and the keys of the models. */
const keptRuns = `new Promise((resolve, reject) => {
  const opened = indexedDB.open("keyval-store");
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const store = opened.result.transaction("keyval").objectStore("keyval");
    const keys = store.getAllKeys();
    const accounts = store.get("accounts");
    accounts.onsuccess = () => {
      opened.result.close();
      resolve({
        accounts: accounts.result.map((run) => Object.keys(run).join()),
        contents: keys.result.filter((key) => key.startsWith("content ")),
      });
    };
  };
})`;

/** Rules that the page breaks, with the first places where it does. */
const violations = `axe.run(document).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ target }) => target.join(" ")).join(", ")))`;
