/** The process that runs the cases: it may crash or hang, and its parent sees at which case. */
import { openSync, writeSync } from "node:fs";
import { subjects } from "./subjects.js";

/** A case that failed, as the parent is told. */
export interface Failure {
  readonly number: number;
  readonly error: string;
}

/** What the parent is told in the end. */
export interface Report {
  readonly outcomes: readonly (readonly [outcome: string, count: number])[];
  readonly failures: readonly Failure[];
  readonly slowest: { readonly number: number; readonly milliseconds: number };
}

const [name, seed, first, end, statusPath] = process.argv.slice(2);
const status = openSync(statusPath, "w");
const subject = subjects[name]();
const outcomes = new Map<string, number>();
const failures: Failure[] = [];
let slowest = { number: -1, milliseconds: 0 };

for (let number = Number(first); number < Number(end); number++) {
  writeSync(status, String(number).padStart(12), 0);
  const began = performance.now();
  try {
    const outcome = await subject.run(Number(seed), number);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } catch (error) {
    failures.push({ number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    outcomes.set("FAILED", (outcomes.get("FAILED") ?? 0) + 1);
  }
  const milliseconds = performance.now() - began;
  if (milliseconds > slowest.milliseconds) slowest = { number, milliseconds };
  if (number % 500 === 499) report();
}
report();
subject.close();
process.disconnect?.();

/** Told in parts, so that a crash loses little. */
function report(): void {
  process.send?.({ outcomes: [...outcomes], failures: failures.splice(0), slowest } satisfies Report);
  outcomes.clear();
}
