import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../program.js";
import { realServices, type Services } from "../services.js";
import { type FakeCoreOptions, fakeCore } from "./fakeCore.js";
import { type FakeReportOptions, fakeReporting } from "./fakeReporting.js";
import { type FakeTerminal, type FakeTerminalOptions, fakeTerminal } from "./fakeTerminal.js";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly terminal: FakeTerminal;
}

/** Runs a command line in memory on the real data room and a library without an engine. */
export async function runFake(
  args: readonly string[],
  options: FakeTerminalOptions & { core?: FakeCoreOptions; report?: FakeReportOptions; terminal?: FakeTerminal } = {},
): Promise<Outcome> {
  const { core } = fakeCore(options.core);
  const reporting = fakeReporting(options.report);
  const services = { ...realServices, core: async () => core, reporting: async () => reporting };
  return runWith(args, services, options.terminal ?? fakeTerminal(options));
}

/** Runs a command line in memory with the services given. */
export async function runWith(
  args: readonly string[],
  services: Services,
  terminal = fakeTerminal(),
): Promise<Outcome> {
  const code = await runProgram(args, { terminal, services });
  return { code, out: terminal.out(), err: terminal.err(), terminal };
}

/** A temporary folder with a few labelled reviews; `path` makes names inside it. */
export function temporaryFolder(): {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), "starcast-cli-"));
  const path = (name: string) => join(folder, name);
  return {
    folder,
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A CSV of `rows` reviews whose words tell the rating. */
export function reviewsCsv(rows: number): string {
  const words = ["awful", "poor", "fair", "good", "superb"];
  const lines = Array.from(
    { length: rows },
    (_, row) => `"a ${words[row % 5]} thing number ${row} that I bought",${(row % 5) + 1}`,
  );
  return `review,rating\n${lines.join("\n")}\n`;
}
