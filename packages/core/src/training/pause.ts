/** Longest time for which the host's event loop is kept waiting, in milliseconds, when steps are shorter. */
const longestHold = 50;

/**
 * Lets the host breathe: signals, timers and the screen are served between optimisation steps, at most every 50 ms
 * so that short steps are not slowed down. Time decides only when to pause, never what is computed.
 */
export class Pauses {
  #last = performance.now();

  /** Waits one turn of the event loop when the last pause was long ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#last < longestHold) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
