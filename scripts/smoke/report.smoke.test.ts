/** The report that `starcast train` writes, opened from the disk in a real browser without network. */
import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectComplaints, executablePath, launchBrowser } from "./chromium.js";
import { mustRun, place } from "./place.js";

const command = "node_modules/starcast/bin/starcast.js";
const report = () => place("consumer", "reported", "report.html");

describe.skipIf(executablePath === undefined)("a model's report (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    const starcast = (...args: string[]) => mustRun(process.execPath, [command, ...args], place("consumer"));
    await starcast("sample", "--out", "reported.csv", "--rows", "2000");
    await starcast("train", "reported.csv", "--epochs", "2", "--out", "reported");
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the report; anything that it asks for besides itself, and anything that it complains of, is kept. */
  async function open(options: BrowserContextOptions) {
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const complaints = collectComplaints(page);
    await page.goto(pathToFileURL(report()).href);
    return { page, requests, complaints, close: () => context.close() };
  }

  it("is smaller than 1 MB", () => {
    expect(statSync(report()).size).toBeLessThan(1_000_000);
  });

  it.each([
    ["a phone", 360, "light"],
    ["a phone in the dark", 360, "dark"],
    ["a desk", 1200, "light"],
    ["a desk in the dark", 1200, "dark"],
  ] as const)("fits %s, asks for nothing and complains of nothing", async (_, width, colorScheme) => {
    const { page, requests, complaints, close } = await open({ viewport: { width, height: 800 }, colorScheme });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(requests).toEqual([pathToFileURL(report()).href]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is read without a program: every section has its heading, every chart its name", async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
    expect(headings).toEqual(expect.arrayContaining(["Result", "Alarms", "Slices", "Stress suite", "Data"]));
    const charts = page.getByRole("img");
    expect(await charts.count()).toBeGreaterThan(5);
    expect(await page.getByRole("img", { name: /RMSE on the validation rows/ }).count()).toBe(1);
    await close();
  });

  it("changes its colours with the theme, and letters keep their contrast", async () => {
    const contrasts: number[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, close } = await open({ colorScheme });
      contrasts.push((await page.evaluate(contrastOfBody)) as number);
      await close();
    }
    // The ratio that WCAG 2.2 asks for at level AAA.
    for (const contrast of contrasts) expect(contrast).toBeGreaterThan(7);
  });
});

/** Contrast of text and background by the formula of WCAG 2.2. */
const contrastOfBody = `(() => {
  const { color, backgroundColor } = getComputedStyle(document.body);
  const luminance = (text) => {
    const [r, g, b] = text.match(/\\d+/g).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(color), luminance(backgroundColor)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
})()`;
