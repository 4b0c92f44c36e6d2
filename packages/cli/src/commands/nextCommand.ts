import { shellWord } from "../shellWord.js";

/** The options that say what the data is: they have to be repeated in the next command. */
export interface DataFlags {
  readonly text: readonly string[];
  readonly label: string | undefined;
  readonly task: string;
  readonly labels: readonly string[] | undefined;
}

/** A command on the same data with the flags that were given for it, ready to be typed. */
export function commandOn(
  name: string,
  paths: readonly string[],
  flags: DataFlags,
  more: readonly string[] = [],
): string {
  const words = ["starcast", name, ...paths.map(shellWord)];
  for (const column of flags.text) words.push("--text", shellWord(column));
  if (flags.label !== undefined) words.push("--label", shellWord(flags.label));
  if (flags.task !== "rating") words.push("--task", flags.task);
  if (flags.labels !== undefined) words.push("--labels", shellWord(flags.labels.join(",")));
  return [...words, ...more].join(" ");
}
