/** The browser of the smoke tests: CHROME_PATH, or a Chromium or Chrome in its usual place. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const quietArgs = [...args, "--disable-component-update", "--disable-sync"];

/** Absent where no browser is installed. */
export const executablePath = process.env.CHROME_PATH ?? usualPlaces.find((path) => existsSync(path));

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: quietArgs });
}

/** Collects what a page complains of: its errors, and warnings and errors on its console. */
export function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const isFavicon = message.location().url.endsWith("/favicon.ico");
    if (["warning", "error"].includes(message.type()) && !isFavicon) complaints.push(message.text());
  });
  return complaints;
}
