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

function report(name: string, passed: number, files: object[] = []): void {
  const counts = { numPassedTests: passed, numPendingTests: 1, numTodoTests: 0 };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...counts, testResults: files }));
}

const failedTest = (fullName: string) => ({ status: "failed", fullName, failureMessages: [`${fullName} broke`] });

it("adds tests of all suites and the checks, and names what failed", () => {
  const path = join(process.cwd(), "packages", "some.test.ts");
  const passedTest = { status: "passed", fullName: "holds", failureMessages: [] };
  report("fast", 10);
  report("long", 5, [
    { name: path, status: "failed", assertionResults: [failedTest("adds"), passedTest, failedTest("sums")] },
    { name: path, status: "passed", assertionResults: [passedTest] },
  ]);
  writeFileSync(join(folder, "checks"), "passed Format\nfailed Lint, docstrings\npassed Types\n");
  writeFileSync(join(folder, "failed-suites"), "long\n");
  const file = join("packages", "some.test.ts");
  expect(sumResults(folder)).toEqual({
    passed: 17,
    skipped: 2,
    failures: [
      { name: "Lint, docstrings", message: "" },
      { name: `${file}: adds`, message: "adds broke" },
      { name: `${file}: sums`, message: "sums broke" },
    ],
  });
});

it("counts a test file that could not be loaded, and a suite that broke down without a report", () => {
  const name = join(process.cwd(), "broken.test.ts");
  report("fast", 3, [{ name, status: "failed", message: "no such module", assertionResults: [] }]);
  writeFileSync(join(folder, "failed-suites"), "fast\nsmoke\n");
  const { passed, failures } = sumResults(folder);
  expect(passed).toBe(3);
  expect(failures).toEqual([
    { name: "broken.test.ts", message: "no such module" },
    { name: "the suite smoke", message: "it broke down" },
  ]);
});
