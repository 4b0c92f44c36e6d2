/** The page that `starcast export --format html` writes, opened from the disk in a real browser without network. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectComplaints, executablePath, launchBrowser } from "./chromium.js";
import { mustRun, place } from "./place.js";

const command = "node_modules/starcast/bin/starcast.js";
const ready = "!document.getElementById('text').disabled";

/** A part of what `predict` answers. */
interface Answer {
  readonly rating: number;
  readonly label: string | number;
  readonly probabilities: readonly { readonly label: string | number; readonly probability: number }[];
}

describe.skipIf(executablePath === undefined)("an exported page (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    await mustRun(
      process.execPath,
      [command, "export", "trained", "--format", "html", "--out", "page.html"],
      consumer(),
    );
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const consumer = () => place("consumer");

  /** Opens a page of the consumer's folder; anything that it asks for besides itself is a complaint. */
  async function open(name: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const url = pathToFileURL(place("consumer", name)).href;
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const complaints = collectComplaints(page);
    await page.goto(url);
    return { page, complaints, requests, url, close: () => context.close() };
  }

  async function shown(page: Page, text: string) {
    await page.getByLabel("A text to rate").fill(text);
    const bars = await page.getByRole("list", { name: "Probability of each label" }).getByRole("listitem").all();
    return {
      number: await page.locator("#number").textContent(),
      bars: await Promise.all(bars.map((bar) => bar.innerText())),
    };
  }

  it("answers as Node does, with one file and without a request, warning or error", async () => {
    const { texts } = (await import(pathToFileURL(place("consumer/rows.mjs")).href)) as { texts: string[] };
    const expected = JSON.parse(readFileSync(place("consumer/expected.json"), "utf8")) as Answer[];
    const { page, complaints, requests, url, close } = await open("page.html");
    await page.waitForFunction(ready);
    for (const [index, { rating, probabilities }] of expected.entries()) {
      const { number, bars } = await shown(page, texts[index]);
      expect(number).toBe(rating.toFixed(2));
      expect(bars.map((bar) => bar.replace(/\s*\n\s*/g, " "))).toEqual(
        probabilities.map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`),
      );
    }
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    await close();
  });

  it("names the words that the model does not know, and tells the result to screen readers", async () => {
    const { page, close } = await open("page.html");
    await page.waitForFunction(ready);
    await shown(page, "lovely zqxv, <b>lovely</b> wvut");
    expect(await page.locator("#unknown-words li").allTextContents()).toEqual(["zqxv", "b", "wvut"]);
    await expect
      .poll(() => page.getByRole("status").textContent())
      .toMatch(/^Rating \d\.\d\d\. Most likely \d, \d+ percent\.$/);
    await shown(page, `zqxv ${"lovely ".repeat(199)} wvut`);
    expect(await page.locator("#unknown-words li").allTextContents()).toEqual(["zqxv"]);
    expect(await page.locator("#cut").textContent()).toBe(
      "The model reads the first 200 words of a text; this one has 201.",
    );
    await page.getByLabel("A text to rate").fill("  ");
    expect(await page.locator("#answer").isVisible()).toBe(false);
    await close();
  });

  it.each([
    { width: 320, height: 640, colorScheme: "light" as const },
    { width: 1200, height: 800, colorScheme: "dark" as const },
  ])("fits a screen of $width pixels, $colorScheme", async ({ width, height, colorScheme }) => {
    const { page, close } = await open("page.html", { viewport: { width, height }, colorScheme });
    await page.waitForFunction(ready);
    await shown(page, `lovely ${"x".repeat(300)}`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const luminance = await page.evaluate(
      "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]",
    );
    if (colorScheme === "dark") expect(luminance).toBeLessThan(64);
    else expect(luminance).toBeGreaterThan(192);
    await close();
  });

  it("shows what a model brings along as text, never as markup or program", async () => {
    const hostile = "<img src=x onerror='document.title=1'></script><script>document.title=2</script>";
    cpSync(place("consumer/trained"), place("consumer/R&lt;b"), { recursive: true });
    const config = JSON.parse(readFileSync(place("consumer/trained/config.json"), "utf8")) as { scale: object };
    const labels = [hostile, "b", "c", "d", "e"];
    writeFileSync(
      place("consumer/R&lt;b/config.json"),
      JSON.stringify({ ...config, scale: { task: "rating", labels, values: [1, 2, 3, 4, 5] } }),
    );
    const args = ["export", "R&lt;b", "--format", "html", "--out", "hostile.html"];
    await mustRun(process.execPath, [command, ...args], consumer());
    const { page, complaints, close } = await open("hostile.html");
    await page.waitForFunction(ready);
    const { bars } = await shown(page, "lovely");
    expect(bars[0]).toContain(hostile);
    expect(await page.title()).toBe("R&lt;b: rate a text");
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says what is wrong when its model is damaged", async () => {
    const page = readFileSync(place("consumer/page.html"), "utf8");
    writeFileSync(place("consumer/damaged.html"), page.replace(/data-file="model.safetensors">.{12}/, "$&AAAA"));
    const opened = await open("damaged.html");
    await expect.poll(() => opened.page.getByRole("alert").textContent()).toContain("model.safetensors");
    await opened.close();
  });
});
