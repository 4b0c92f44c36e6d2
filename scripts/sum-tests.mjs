/**
 * Sums what `.ci/run` noted in a folder, names what failed, and prints `N passed, N failed, N skipped`; fails when
 * anything failed.
 *
 * The folder holds `*.json` (reports of vitest), `checks` (a line `passed TITLE` or `failed TITLE` each) and
 * `failed-suites`.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export function sumResults(folder) {
  const sum = { passed: 0, skipped: 0, failures: [] };
  const linesOf = (name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  };
  for (const line of linesOf("checks")) {
    const [outcome, ...title] = line.split(" ");
    if (outcome === "passed") sum.passed++;
    else sum.failures.push({ name: title.join(" "), message: "" });
  }
  const broken = new Set(linesOf("failed-suites"));
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
    sum.passed += report.numPassedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
    const failures = report.testResults.flatMap(failuresOf);
    if (failures.length > 0) broken.delete(name.replace(/\.json$/, ""));
    sum.failures.push(...failures);
  }
  // A suite that broke down without a failed test, such as in its set-up, counts as one failure.
  for (const suite of broken) sum.failures.push({ name: `the suite ${suite}`, message: "it broke down" });
  return sum;
}

function failuresOf(file) {
  if (file.status !== "failed") return [];
  const path = relative(process.cwd(), file.name);
  const failed = file.assertionResults.filter((test) => test.status === "failed");
  // A file that does not load has no failed test, but is a failure all the same.
  if (failed.length === 0) return [{ name: path, message: file.message }];
  return failed.map((test) => ({ name: `${path}: ${test.fullName}`, message: test.failureMessages.join("\n") }));
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { passed, skipped, failures } = sumResults(process.argv[2]);
  for (const { name, message } of failures) {
    const isOwn = (line) => !line.includes("node_modules");
    const lines = message.split("\n").filter(isOwn).slice(0, 12);
    console.log([`\nFailed: ${name}`, ...lines].join("\n  ").trimEnd());
  }
  console.log(`\n${passed} passed, ${failures.length} failed, ${skipped} skipped`);
  if (failures.length > 0 || passed === 0) process.exitCode = 1;
}
