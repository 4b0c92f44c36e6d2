/** The studio as it is shipped, in a real browser: from a dropped file to an answer, and what goes wrong on the way. */
import { createHash } from "node:crypto";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectComplaints, executablePath, launchBrowser } from "./chromium.js";
import { mustRun, place } from "./place.js";
import { serve } from "./server.js";

const command = "node_modules/starcast/bin/starcast.js";
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const patience = { timeout: 120_000 };

describe.skipIf(executablePath === undefined)("the studio (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  let server: { url: string; close: () => void };
  const data = () => place("consumer/studio.csv");
  const starcast = (...args: string[]) => mustRun(process.execPath, [command, ...args], place("consumer"));

  beforeAll(async () => {
    await starcast("sample", "--out", "studio.csv", "--rows", "1500");
    server = await serve(place("consumer/node_modules/@starcast/studio/dist"), isolation);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** A fresh visitor. Warnings and errors on the console, such as broken rules of the page's policy, are kept. */
  async function visit(options: BrowserContextOptions = {}, url = server.url, prepare?: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await prepare?.(page);
    const complaints = collectComplaints(page);
    await page.goto(`${url}/`);
    return { page, complaints, close: () => context.close() };
  }

  async function openData(page: Page, path = data()): Promise<void> {
    await page.locator("#file").setInputFiles(path);
    await page.getByRole("link", { name: "These are right: train" }).click(patience);
  }

  async function startTraining(page: Page, epochs: number): Promise<void> {
    await page.getByText("More settings").click();
    await page.getByLabel("Epochs").fill(String(epochs));
    await page.getByRole("button", { name: /^Train on/ }).click();
  }

  async function fingerprint(page: Page): Promise<string> {
    return (await page.locator(".fingerprint code").textContent(patience)) ?? "";
  }

  /** Of the command line's model, trained with the same settings. */
  async function fingerprintOfCommandLine(epochs: number): Promise<string> {
    const out = `studio-${epochs}`;
    await starcast("train", "studio.csv", "--epochs", String(epochs), "--out", out, "--no-report");
    const weights = readFileSync(place("consumer", out, "model.safetensors"));
    return createHash("sha256").update(weights).digest("hex");
  }

  it("learns the very weights that the command line learns, with threads, and answers what is typed", async () => {
    const { page, complaints, close } = await visit();
    await openData(page);
    await startTraining(page, 2);
    expect(await fingerprint(page)).toBe(await fingerprintOfCommandLine(2));
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    await page.getByRole("link", { name: "Try", exact: true }).click();
    const rating = page.locator(".rating .number");
    await page.getByLabel("A text to rate").fill("awful, useless, terrible");
    await expect.poll(() => rating.textContent(), patience).toMatch(/^[12]\.\d\d$/);
    const low = Number(await rating.textContent());
    await page.getByLabel("A text to rate").fill("excellent, superb, wonderful");
    await expect.poll(async () => Number(await rating.textContent()), patience).toBeGreaterThan(low + 1);
    await page.locator(".marked-text .up, .marked-text .down").first().waitFor(patience);
    expect(complaints).toEqual([]);
    await close();
  });

  it("works from any server, says why threads are off, and learns the same weights without them", async () => {
    const plain = await serve(place("consumer/node_modules/@starcast/studio/dist"));
    const { page, complaints, close } = await visit({}, plain.url);
    await openData(page);
    await page.getByText("Threads are off").click();
    await page.getByText("Cross-Origin-Opener-Policy").waitFor();
    await startTraining(page, 1);
    expect(await fingerprint(page)).toBe(await fingerprintOfCommandLine(1));
    expect(complaints).toEqual([]);
    await close();
    plain.close();
  });

  it("goes on after a reload, and ends with the weights of an unbroken training", async () => {
    const { page, close } = await visit();
    await openData(page);
    await startTraining(page, 3);
    await page.getByText("The state is kept in this browser").waitFor(patience);
    await page.reload();
    await page.getByRole("button", { name: "Go on" }).click(patience);
    expect(await fingerprint(page)).toBe(await fingerprintOfCommandLine(3));
    await close();
  });

  it("keeps the best when it is stopped, and starts another worker when one dies", async () => {
    const { page, close } = await visit();
    await openData(page);
    await startTraining(page, 200);
    await page.getByText("The state is kept in this browser").waitFor(patience);
    const learner = page.workers().find((worker) => worker.url().includes("learner"));
    await learner?.evaluate("void setTimeout(() => { throw new Error('a death by test') })");
    await page.getByText("ended unexpectedly").waitFor(patience);
    await page.getByRole("button", { name: "Go on" }).click(patience);
    await page.getByRole("button", { name: "Stop and keep the best" }).click(patience);
    await page.getByText("You stopped it; the best so far was kept").waitFor(patience);
    await close();
  });

  it("notices a worker that hangs, ends it when it is told to, and goes on from what was kept", async () => {
    const { page, close } = await visit({}, server.url, (fresh) => fresh.clock.install());
    await openData(page);
    await startTraining(page, 200);
    await page.getByText("The state is kept in this browser").waitFor(patience);
    const learner = page.workers().find((worker) => worker.url().includes("learner"));
    await learner?.evaluate("void setTimeout(() => { for (;;); })");
    const notice = page.getByText("has given no sign of life");
    expect(await notice.count()).toBe(0);
    // The page believes that so much time has gone by; the worker, were it well, would be heard within.
    await page.clock.runFor(40_000);
    await notice.waitFor(patience);
    await page.getByRole("button", { name: "End it and start another" }).click();
    await page.getByText("Going on after").waitFor(patience);
    expect(await notice.count()).toBe(0);
    await page.getByRole("button", { name: "Stop and keep the best" }).click(patience);
    await page.getByText("You stopped it; the best so far was kept").waitFor(patience);
    await close();
  });

  it("refuses a file of 300 MB by its size, without reading it, and stays usable", async () => {
    const { page, complaints, close } = await visit();
    const path = place("consumer/large.csv");
    writeFileSync(path, "text,rating\n");
    // Sparse: it takes no room on the disk.
    truncateSync(path, 300 * 2 ** 20);
    await page.locator("#file").setInputFiles(path);
    await page.getByText("has 300 MB, and a page can hold at most 256 MB").waitFor(patience);
    await openData(page);
    await page.getByRole("button", { name: /^Train on 1,500 rows/ }).waitFor(patience);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([
    ["a zip archive", "PK\u0003\u0004 something", "Unpack it"],
    ["binary data", "abc\u0000\u0001\u0002", "binary data"],
    ["no ratings", "text,colour\ngood,red\nbad,blue\n", "choose the columns"],
    ["too few rows", "text,rating\ngood one,5\nbad one,1\n", "at least 20 are needed"],
    ["an open quote", 'text,rating\n"good,5\nbad,1\n', "never closed"],
  ])("says what to do about %s, and stays usable", async (name, content, sentence) => {
    const { page, complaints, close } = await visit();
    const path = place(`consumer/${name.replaceAll(" ", "-")}.csv`);
    writeFileSync(path, content);
    await page.locator("#file").setInputFiles(path);
    await page.getByText(sentence).first().waitFor(patience);
    await openData(page);
    await page.getByRole("button", { name: /^Train on 1,500 rows/ }).waitFor(patience);
    expect(complaints).toEqual([]);
    await close();
  });
});
