/**
 * The article's cleaning: every run of non-ASCII characters becomes one space, letters become lower case, and each
 * punctuation character, each digit and each tab, carriage return or line feed becomes one space. Nothing is joined
 * or trimmed: the number of spaces matters to {@link articleTokenizer}.
 *
 * @returns a text of a-z, spaces and (rarely) other ASCII control characters.
 */
export function cleanText(text: string): string {
  return text
    .replace(/[^\x00-\x7f]+/g, " ")
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~0-9\t\n\r]/g, " ");
}
