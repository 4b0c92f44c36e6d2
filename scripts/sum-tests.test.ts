import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sumResults } from "./sum-tests.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-sum-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(name: string, passed: number, failed: number, files: object[] = []): void {
  const counts = { numPassedTests: passed, numFailedTests: failed, numPendingTests: 1, numTodoTests: 0 };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...counts, testResults: files }));
}

it("adds tests of all suites and the checks", () => {
  report("fast", 10, 0);
  report("long", 5, 2);
  writeFileSync(join(folder, "checks"), "passed\nfailed\npassed\n");
  writeFileSync(join(folder, "failed-suites"), "long\n");
  expect(sumResults(folder)).toEqual({ passed: 17, failed: 3, skipped: 2 });
});

it("counts a test file that could not be loaded, and a suite that broke down without a report", () => {
  report("fast", 3, 0, [{ status: "failed", assertionResults: [] }]);
  writeFileSync(join(folder, "failed-suites"), "fast\nsmoke\n");
  expect(sumResults(folder)).toEqual({ passed: 3, failed: 2, skipped: 1 });
});
