import { exitCodes } from "../errors.js";
import type { Output } from "./output.js";
import type { Terminal } from "./terminal.js";

export interface Interrupts {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  stop(): void;
}

/** The first Ctrl-C asks the work to end; the second ends the process at once. */
export function watchInterrupts(terminal: Terminal, output: Output, beforeMessage: () => void = () => {}): Interrupts {
  const controller = new AbortController();
  const stop = terminal.onInterrupt(() => {
    if (controller.signal.aborted) {
      terminal.stderr.write("\n");
      terminal.exitNow(exitCodes.interrupted);
      return;
    }
    controller.abort();
    beforeMessage();
    output.warn("Stopping after this step and keeping the best so far; Ctrl-C again quits at once without saving.");
  });
  return { signal: controller.signal, stop };
}
