import { UsageError } from "../errors.js";

/**
 * One option of a command: the single place from which the parser, the help and the reference page are made.
 * `T` is what the command receives, `undefined` included where there is no default.
 */
export interface OptionSpec<T> {
  /** As typed, such as `--epochs`. */
  readonly flag: string;
  /** Name of the value in the help, such as `N`; absent for switches. */
  readonly placeholder?: string;
  /** Meaning, unit and what happens without it; the default is added by the help. */
  readonly help: string;
  readonly default?: T;
  /** The default as people read it, where that is not its own text. */
  readonly defaultText?: string;
  /** May be given several times; the values are collected. */
  readonly repeatable?: boolean;
  /** Turns the typed value into the option's own. @throws {UsageError} naming the flag. */
  parse(text: string): unknown;
}

export type OptionTable = Readonly<Record<string, OptionSpec<unknown>>>;

/** What a command receives from a table. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Key in keyof Table]: Table[Key] extends OptionSpec<infer T> ? T : never;
};

/** Free text. */
export function textOption(flag: string, placeholder: string, help: string): OptionSpec<string | undefined> {
  return { flag, placeholder, help, parse: (text) => text };
}

/** Free text with a default. */
export function textOptionOr(flag: string, placeholder: string, help: string, value: string): OptionSpec<string> {
  return { flag, placeholder, help, default: value, parse: (text) => text };
}

/** Free text that may be given several times. */
export function textsOption(flag: string, placeholder: string, help: string): OptionSpec<readonly string[]> {
  return { flag, placeholder, help, default: [], repeatable: true, parse: (text) => text };
}

/** A list in one value, separated by commas. */
export function listOption(flag: string, placeholder: string, help: string): OptionSpec<readonly string[] | undefined> {
  return { flag, placeholder, help, parse: (text) => splitList(flag, text) };
}

/** A list in one value, separated by commas, with a default. */
export function listOptionOr(
  flag: string,
  placeholder: string,
  help: string,
  value: readonly string[],
): OptionSpec<readonly string[]> {
  return { flag, placeholder, help, default: value, parse: (text) => splitList(flag, text) };
}

/** One of a few words. */
export function choiceOption<const Choice extends string>(
  flag: string,
  placeholder: string,
  help: string,
  choices: readonly Choice[],
  value: Choice,
): OptionSpec<Choice> {
  return {
    flag,
    placeholder,
    help,
    default: value,
    parse(text) {
      if ((choices as readonly string[]).includes(text)) return text;
      throw new UsageError("bad-choice", `${flag} takes ${alternatives(choices)}, not ${quoted(text)}.`);
    },
  };
}

/** A switch: true when given. */
export function switchOption(flag: string, help: string): OptionSpec<boolean> {
  return { flag, help, default: false, parse: () => true };
}

/** A switch that is on unless its `--no-` form is given. */
export function onUnlessOption(flag: `--no-${string}`, help: string): OptionSpec<boolean> {
  return { flag, help, default: true, parse: () => false };
}

/** One of a few words, without a default. */
export function optionalChoice<const Choice extends string>(
  flag: string,
  placeholder: string,
  help: string,
  choices: readonly Choice[],
): OptionSpec<Choice | undefined> {
  const required = choiceOption(flag, placeholder, help, choices, choices[0]);
  return { flag, placeholder, help, parse: (text) => required.parse(text) };
}

const secondsOfUnit = { s: 1, m: 60, h: 3600 } as const;

/** A time such as 30s, 10m or 1h; the command receives seconds. */
export function durationOption(flag: string, help: string): OptionSpec<number | undefined> {
  return {
    flag,
    placeholder: "TIME",
    help,
    parse(text) {
      const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([smh])$/.exec(text.trim()) ?? [];
      const seconds = Number(number) * secondsOfUnit[unit as keyof typeof secondsOfUnit];
      if (seconds > 0 && Number.isFinite(seconds)) return seconds;
      throw new UsageError("bad-time", `${flag} takes a time such as 30s, 10m or 1h, not ${quoted(text)}.`);
    },
  };
}

const millisecondsOfUnit = { ms: 1, s: 1_000, m: 60_000 } as const;

/** A short time such as 2ms or 5s, 0 for none; the command receives milliseconds. */
export function timeOptionOr(flag: string, help: string, milliseconds: number): OptionSpec<number> {
  return {
    flag,
    placeholder: "TIME",
    help,
    default: milliseconds,
    defaultText: milliseconds % 1_000 === 0 ? `${milliseconds / 1_000}s` : `${milliseconds}ms`,
    parse(text) {
      if (text.trim() === "0") return 0;
      const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(text.trim()) ?? [];
      const value = Number(number) * millisecondsOfUnit[unit as keyof typeof millisecondsOfUnit];
      // Longer ones do not fit into a timer.
      if (Number.isFinite(value) && value <= 3_600_000) return value;
      throw new UsageError("bad-time", `${flag} takes a time such as 2ms, 5s or 1m, not ${quoted(text)}.`);
    },
  };
}

interface NumberRule {
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** The value must be larger than this. */
  readonly above?: number;
  /** The value must be smaller than this. */
  readonly below?: number;
}

/** A number without a default. */
export function numberOption(
  flag: string,
  placeholder: string,
  help: string,
  rule: NumberRule,
): OptionSpec<number | undefined> {
  return { flag, placeholder, help, parse: (text) => parseNumber(flag, text, rule) };
}

/** A number with a default. */
export function numberOptionOr(
  flag: string,
  placeholder: string,
  help: string,
  rule: NumberRule,
  value: number,
): OptionSpec<number> {
  return { flag, placeholder, help, default: value, parse: (text) => parseNumber(flag, text, rule) };
}

function parseNumber(flag: string, text: string, rule: NumberRule): number {
  const trimmed = text.trim();
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
  const fits =
    Number.isFinite(value) &&
    (!rule.whole || Number.isSafeInteger(value)) &&
    (rule.min === undefined || value >= rule.min) &&
    (rule.max === undefined || value <= rule.max) &&
    (rule.above === undefined || value > rule.above) &&
    (rule.below === undefined || value < rule.below);
  if (fits) return value;
  throw new UsageError("bad-number", `${flag} takes ${describe(rule)}, not ${quoted(text)}.`);
}

function describe(rule: NumberRule): string {
  const bounds: string[] = [];
  if (rule.min !== undefined) bounds.push(`at least ${rule.min}`);
  if (rule.above !== undefined) bounds.push(`above ${rule.above}`);
  if (rule.max !== undefined) bounds.push(`at most ${rule.max}`);
  if (rule.below !== undefined) bounds.push(`below ${rule.below}`);
  const kind = rule.whole ? "a whole number" : "a number";
  return bounds.length === 0 ? kind : `${kind} ${bounds.join(" and ")}`;
}

function splitList(flag: string, text: string): string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) {
    throw new UsageError("bad-list", `${flag} takes names separated by commas, not ${quoted(text)}.`);
  }
  return parts;
}

/** Words as "a, b or c". */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A value as it was typed, in quotes, control characters made visible. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
