/**
 * Sums what `.ci/run` noted in a folder and prints `N passed, N failed, N skipped`; fails when anything failed.
 *
 * The folder holds `*.json` (reports of vitest), `checks` (a line `passed` or `failed` each) and `failed-suites`.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export function sumResults(folder) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const linesOf = (name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  };
  for (const outcome of linesOf("checks")) sum[outcome]++;
  const reported = new Map();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
    sum.passed += report.numPassedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
    // A file that does not load has no failed test, but is a failure all the same.
    const broken = report.testResults.filter(({ status, assertionResults }) => {
      return status === "failed" && !assertionResults.some((test) => test.status === "failed");
    });
    const failed = report.numFailedTests + broken.length;
    sum.failed += failed;
    reported.set(name.replace(/\.json$/, ""), failed);
  }
  // A suite that broke down without a failed test, such as in its set-up, counts as one failure.
  for (const suite of linesOf("failed-suites")) if (!reported.get(suite)) sum.failed++;
  return sum;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { passed, failed, skipped } = sumResults(process.argv[2]);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
