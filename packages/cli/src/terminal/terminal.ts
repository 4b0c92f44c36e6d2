/**
 * All that a command knows of the outside: where it writes, what it reads, which environment it has.
 * Commands never touch `process`, so that a test can run them in memory.
 */
export interface Terminal {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Calls back on each Ctrl-C until the returned function is called; meanwhile Ctrl-C does not end the process. */
  onInterrupt(handler: () => void): () => void;
  /** Calls back when the process is asked to end (SIGTERM), which then is the command's to do. */
  onTerminate(handler: () => void): () => void;
  /** Ends the process at once, whatever is under way. */
  exitNow(code: number): void;
}

/** Where text goes. */
export interface Sink {
  readonly isTTY?: boolean;
  /** Width in characters, where known. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** The real terminal of this process. */
export function processTerminal(): Terminal {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    platform: process.platform,
    onInterrupt(handler) {
      process.on("SIGINT", handler);
      return () => process.off("SIGINT", handler);
    },
    onTerminate(handler) {
      process.on("SIGTERM", handler);
      return () => process.off("SIGTERM", handler);
    },
    exitNow(code) {
      process.exit(code);
    },
  };
}

/** Colours only where a person looks, unless NO_COLOR or FORCE_COLOR decide (https://no-color.org, https://force-color.org). */
export function wantsColour(terminal: Terminal, sink: Sink): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return sink.isTTY === true && TERM !== "dumb";
}

/** Whether ticks, bars and dashes beyond ASCII will be shown as meant. */
export function speaksUnicode(terminal: Terminal): boolean {
  const { LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM } = terminal.env;
  if (terminal.platform === "win32") return Boolean(WT_SESSION) || TERM_PROGRAM === "vscode";
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return /utf-?8/i.test(locale) || (terminal.platform === "darwin" && locale === "");
}
