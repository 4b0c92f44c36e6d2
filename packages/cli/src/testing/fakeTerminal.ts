import { Readable } from "node:stream";
import type { Terminal } from "../terminal/terminal.js";

/** A terminal in memory: what was written can be read, and Ctrl-C pressed. */
export interface FakeTerminal extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
  readonly exits: readonly number[];
  pressCtrlC(): void;
  terminate(): void;
}

export interface FakeTerminalOptions {
  readonly stdin?: string | readonly string[];
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** UTF-8 without colours unless told otherwise. */
export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const { isTTY = false, env = { LANG: "C.UTF-8" } } = options;
  const written = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    isTTY,
    columns: 100,
    write(text: string) {
      written[name] += text;
      return true;
    },
  });
  const handlers = new Set<() => void>();
  const terminators = new Set<() => void>();
  const exits: number[] = [];
  const chunks = options.stdin === undefined ? [] : typeof options.stdin === "string" ? [options.stdin] : options.stdin;
  return {
    stdout: sink("out"),
    stderr: sink("err"),
    stdin: Object.assign(Readable.from(chunks), { isTTY }),
    env,
    platform: "linux",
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    onTerminate(handler) {
      terminators.add(handler);
      return () => terminators.delete(handler);
    },
    exitNow: (code) => void exits.push(code),
    out: () => written.out,
    err: () => written.err,
    exits,
    pressCtrlC() {
      for (const handler of [...handlers]) handler();
    },
    terminate() {
      for (const handler of [...terminators]) handler();
    },
  };
}
