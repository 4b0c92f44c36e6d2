/** What the commands that answer over HTTP have in common. */
import { exitCodes, UsageError } from "../errors.js";
import type { CommandContext } from "./command.js";

/** Says in a sentence why an address cannot be listened at; other errors are handed back as they are. */
export function explainListening(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return new UsageError(
      "port-in-use",
      `Port ${port} is in use already; choose another one with --port, or 0 for a free one.`,
      { cause: error },
    );
  }
  if (code === "EACCES")
    return new UsageError(
      "port-denied",
      `Port ${port} is not for ordinary users; choose one from 1024 on with --port.`,
      { cause: error },
    );
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new UsageError("bad-host", `${host} is no address of this machine; choose another one with --host.`, {
      cause: error,
    });
  }
  return error;
}

/** Until the first Ctrl-C or SIGTERM; the second Ctrl-C ends at once. */
export function untilStopped({ terminal }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = () => {
      if (isStopping) terminal.exitNow(exitCodes.interrupted);
      isStopping = true;
      resolve();
    };
    terminal.onInterrupt(stop);
    terminal.onTerminate(resolve);
  });
}
