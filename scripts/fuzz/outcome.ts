/** What came of a case, and what must never come of one. */
import { StarcastError } from "@starcast/core";

/** A broken promise: what is wrong beyond a file that was refused. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

/** Holds a promise of the product: anything else fails the case. */
export function promise(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BrokenPromise(what);
}

/**
 * Runs a case: its own word, such as `read`, or the code of the error that refused its input.
 *
 * @throws whatever is not an error of ours with one printable sentence for the user.
 */
export async function outcomeOf(work: () => Promise<string> | string): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StarcastError)) throw error;
    const { message } = error;
    promise(
      message.length > 0 && message.length <= 4000,
      `the message of ${error.code} has ${message.length} characters`,
    );
    promise(
      !/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u.test(message),
      `the message of ${error.code} hides characters: ${JSON.stringify(message)}`,
    );
    return error.code;
  }
}
