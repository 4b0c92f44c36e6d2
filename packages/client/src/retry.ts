/** When a request is sent again, and after which time. */

/** The service is busy, stopping, or not there behind its proxy: it has done nothing yet. */
const busy = [429, 502, 503];
/** Milliseconds before the first repetition, where the service names no time; twice as long before each further one. */
const firstPause = 200;
/** Longest pause without a time that the service named. */
const longestPause = 10_000;

/** Whether a request that was answered so may be sent again. */
export function isBusy(status: number): boolean {
  return busy.includes(status);
}

/**
 * Milliseconds until a request is sent again: what `Retry-After` says, a number of seconds or a date, and up to a tenth more,
 * so that not all come back at once; where it says nothing, a time by chance, twice as long each time.
 *
 * @param tries how often it has been sent.
 */
export function pauseBefore(tries: number, retryAfter: string | null, now = Date.now()): number {
  const named = readRetryAfter(retryAfter, now);
  if (named !== undefined) return named * (1 + Math.random() / 10);
  return Math.random() * Math.min(longestPause, firstPause * 2 ** tries);
}

/** RFC 9110, section 10.2.3. */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** @throws the signal's reason when it is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
