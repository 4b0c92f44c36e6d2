import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { loadCore } from "../support/core.mjs";

export const description =
  "Training in the studio's page against Node with the same threads; memory over ten trainings";

const command = fileURLToPath(new URL("../../packages/cli/bin/starcast.js", import.meta.url));
const usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROME_PATH ?? usualPlaces.find((path) => existsSync(path));
const epochs = 1;
const threads = Math.min(8, availableParallelism());
/** Trainings in one page after which its memory must not have grown. */
const trainings = 10;

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("@starcast/core").TrainMetrics} TrainMetrics
 */

/** @type {import("../support/types.js").Benchmark["run"]} */
export async function run({ rounds, log }) {
  const report = {
    work: `one epoch of each network of the recipe best on the built-in sample, ${threads} threads; seconds in epochs alone`,
    data: "5,000 synthetic reviews",
    summaries: [],
  };
  if (executablePath === undefined) {
    const install = "Install Chromium or Chrome, or set CHROME_PATH.";
    return { ...report, missing: [{ product: "Chromium", reason: "No browser was found.", install }] };
  }
  const folder = await mkdtemp(join(tmpdir(), "starcast-bench-"));
  const server = spawn(process.execPath, [command, "studio", folder, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--enable-blink-features=ForceEagerMeasureMemory"],
  });
  try {
    /** @type {string} */
    const url = await new Promise((resolve) => server.stdout.once("data", (chunk) => resolve(String(chunk).trim())));
    const page = await openSample(await browser.newPage(), url);
    const speed = await compareSpeed(page, { rounds, log });
    const memory = await watchMemory(page, log);
    return { ...report, missing: [], tables: [speed, memory] };
  } finally {
    await browser.close();
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Page} page
 * @param {string} url
 * @returns {Promise<Page>}
 */
async function openSample(page, url) {
  await page.goto(url);
  await page.getByRole("button", { name: "Use the sample" }).click();
  await page.getByRole("link", { name: "These are right: train" }).click();
  return page;
}

/**
 * @param {Page} page
 * @param {import("../support/types.js").RunOptions} options
 * @returns {Promise<import("../support/types.js").Table>}
 */
async function compareSpeed(page, { rounds, log }) {
  /** @type {number[]} */
  const inPage = [];
  /** @type {number[]} */
  const inNode = [];
  // The first round lets compilers settle.
  for (let round = 0; round <= rounds; round++) {
    const [node, browser] = [secondsOf(await trainInNode()), secondsOf(await trainInPage(page))];
    log(`round ${round}: Node ${node.toFixed(2)} s, page ${browser.toFixed(2)} s`);
    if (round === 0) continue;
    inNode.push(node);
    inPage.push(browser);
  }
  const [node, browser] = [median(inNode), median(inPage)];
  return {
    title: "seconds in epochs, median of rounds in turns",
    rows: [
      { where: `Node ${process.versions.node}`, seconds: node.toFixed(2) },
      { where: "page in Chromium", seconds: browser.toFixed(2), "speed of Node": (node / browser).toFixed(2) },
    ],
  };
}

/**
 * @param {Page} page
 * @param {(line: string) => void} log
 * @returns {Promise<import("../support/types.js").Table>}
 */
async function watchMemory(page, log) {
  /** @type {number[]} */
  const megabytes = [];
  for (let training = 1; training <= trainings; training++) {
    await trainInPage(page);
    megabytes.push(await memoryOf(page));
    log(`after training ${training}: ${megabytes[megabytes.length - 1].toFixed(1)} MB`);
  }
  const [, second] = megabytes;
  const last = megabytes[megabytes.length - 1];
  return {
    title: `memory of the page with its workers, MB; growth from the 2nd to the ${trainings}th training: ${((100 * (last - second)) / second).toFixed(1)} %`,
    rows: megabytes.map((value, index) => ({ "after training": index + 1, MB: value.toFixed(1) })),
  };
}

/** @returns {Promise<TrainMetrics>} */
async function trainInNode() {
  const { makeSample, trainModel } = await loadCore();
  const rows = makeSample().map(({ review, rating }) => ({ text: review, label: rating }));
  const { model, metrics } = await trainModel(rows, { epochs, threads });
  model.dispose();
  return metrics;
}

/**
 * @param {Page} page
 * @returns {Promise<TrainMetrics>}
 */
async function trainInPage(page) {
  const epochField = page.getByLabel("Epochs");
  if (!(await epochField.isVisible())) await page.getByText("More settings").click();
  await epochField.fill(String(epochs));
  await page.getByRole("button", { name: /^Train on/ }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByRole("button", { name: /^Train on/ }).waitFor({ timeout: 300_000 });
  return /** @type {Promise<TrainMetrics>} */ (page.evaluate(readNewest));
}

/** The account of the newest run that the page keeps. */
const readNewest = `new Promise((resolve, reject) => {
  const opened = indexedDB.open("keyval-store");
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const asked = opened.result.transaction("keyval").objectStore("keyval").get("accounts");
    asked.onsuccess = () => { opened.result.close(); resolve(asked.result[0].metrics); };
  };
})`;

/**
 * All memory of the page and its workers, after garbage was collected, in MB. Charts are drawn up to a second after the
 * training has ended, so there is a pause before; of two looks the lower counts, for the page may be at something.
 *
 * @param {Page} page
 * @returns {Promise<number>}
 */
async function memoryOf(page) {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 2; look++) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const bytes = await page.evaluate("performance.measureUserAgentSpecificMemory().then(({ bytes }) => bytes)");
    least = Math.min(least, /** @type {number} */ (bytes) / 2 ** 20);
  }
  return least;
}

/** @param {TrainMetrics} metrics */
function secondsOf({ epochs: records }) {
  return records.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
