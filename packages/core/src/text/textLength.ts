import { DataError } from "../errors.js";

/** Longest text that is read, in UTF-16 code units: some fifty novels. Its tokens still fit into memory. */
const maxLength = 1 << 24;

/**
 * Refuses a text that is too long to be one, such as a whole file in a single field.
 *
 * @param place begins the message, as in `Row 7`.
 * @throws {DataError} `text-too-long` above 16,777,216 characters.
 */
export function checkTextLength(text: string, place: () => string): void {
  if (text.length <= maxLength) return;
  throw new DataError(
    "text-too-long",
    `${place()} is a text of ${text.length} characters, and at most ${maxLength} are read; is a quote missing in the file?`,
  );
}

/**
 * Refuses a text that grew too long when it was normalised: one character may become eighteen.
 *
 * @throws {DataError} `text-too-long` when it has more than twice the characters of the longest text.
 */
export function checkNormalisedLength(normalised: string): void {
  if (normalised.length <= 2 * maxLength) return;
  throw new DataError(
    "text-too-long",
    `A text has ${normalised.length} characters when its ligatures are written out, and at most ${2 * maxLength} are read.`,
  );
}
