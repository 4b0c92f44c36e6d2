/** Breaks files: blindly, byte by byte, and knowingly, where their structure is. All chance comes from one seed. */
import { Random } from "@starcast/core";

/** Numbers at the edges of what readers expect, as JSON may spell them. */
const extremeNumbers = [
  "0",
  "-0",
  "-1",
  "0.5",
  "1e0",
  "1.0",
  "1e999",
  "-1e999",
  "5e-324",
  "1.7976931348623157e308",
].concat(
  [2 ** 16, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63].flatMap((power) => [
    String(power - 1),
    String(power),
    String(power + 1),
  ]),
  ["18446744073709551616", `1${"0".repeat(400)}`],
);

/** Texts that mean something to a file system, a terminal, a web page, a table or a JavaScript object. */
export const hostileTexts = [
  "",
  " ",
  "\0",
  "../../etc/passwd",
  "C:\\Windows",
  "__proto__",
  "constructor",
  "toString",
  "<script>alert(1)</script>",
  "](javascript:alert(1))",
  "| a | b |\n| --- | --- |",
  "`${process.exit()}`",
  "\u001b[2J\u001b]0;title\u0007",
  "\u202egnp.exe",
  "\ud800",
  "\udfff\ud800",
  "\ufeff",
  "e\u0301".repeat(40),
  "\ufdfa",
  "=cmd|' /C calc'!A0",
  "NaN",
  "null",
  "x".repeat(5000),
];

const hostileBytes = [
  "{",
  "}",
  "[",
  "]",
  '"',
  '""',
  ",",
  ":",
  "\\",
  "\\u",
  "\n",
  "\r",
  "\r\n",
  "\t",
  ";",
  "|",
  "'",
  "#",
]
  .concat(["\ufeff", "-", "1e999", "NaN", "null", "__proto__", "\0", "<pad>", "\\e", "\\ud800"])
  .map((text) => new TextEncoder().encode(text))
  .concat([
    Uint8Array.of(0xff),
    Uint8Array.of(0xc3),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  ]);

/** Draws from a seed what to break, and how. */
export class Mutator {
  readonly #random: Random;

  /** @param seed of the run. @param stream names the case within it. */
  constructor(seed: number, stream: string) {
    this.#random = new Random(seed, stream);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.#random.integer(limit);
  }

  /** True one time in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** One in most cases, so that what is broken decides and not what is broken first; now and then many. */
  rounds(): number {
    if (this.oneIn(20)) return 1 + this.below(30);
    return this.oneIn(3) ? 1 + this.below(4) : 1;
  }

  /** A copy with one blind change; `donor` is what pieces are taken from. */
  bytes(source: Uint8Array, donor: Uint8Array = source): Uint8Array {
    const at = this.below(source.length + 1);
    const length = this.oneIn(4) ? this.below(source.length + 1) : this.below(16);
    const piece = (): Uint8Array => {
      const start = this.below(donor.length + 1);
      return donor.subarray(start, start + length);
    };
    switch (this.below(8)) {
      case 0:
        return join(source.subarray(0, at), Uint8Array.of(this.below(256)), source.subarray(at + 1));
      case 1:
        return join(
          source.subarray(0, at),
          Uint8Array.of((source[at] ?? 0) ^ (1 << this.below(8))),
          source.subarray(at + 1),
        );
      case 2:
        return source.slice(0, at);
      case 3:
        return join(source.subarray(0, at), source.subarray(at + length));
      case 4:
        return join(source.subarray(0, at), piece(), source.subarray(at));
      case 5:
        return join(source.subarray(0, at), piece(), source.subarray(at + length));
      case 6:
        return join(source.subarray(0, at), source.subarray(at, at + length), source.subarray(at));
      default:
        return join(source.subarray(0, at), this.pick(hostileBytes), source.subarray(at));
    }
  }

  /** A JSON text with one knowing change: a value, a key or an item replaced, taken out, doubled or moved. */
  json(text: string): string {
    const spans = jsonSpans(text);
    if (spans.length === 0) return text;
    const { start, end, isKey } = this.pick(spans);
    const other = this.pick(spans);
    const replace = (by: string) => text.slice(0, start) + by + text.slice(end);
    switch (this.below(isKey ? 3 : 6)) {
      case 0:
        return replace(isKey ? JSON.stringify(this.pick(hostileTexts)) : this.#jsonValue());
      case 1:
        return replace(text.slice(other.start, other.end));
      case 2:
        return this.#doubled(text, start, end);
      case 3:
        return replace(this.pick(extremeNumbers));
      case 4:
        return replace(JSON.stringify(this.pick(hostileTexts)));
      default:
        return this.#without(text, start, end);
    }
  }

  #jsonValue(): string {
    const deep = 1 + this.below(40);
    const values = ["null", "true", "[]", "{}", '""', "[[1]]", '{"a":1}', "[".repeat(deep) + "]".repeat(deep)];
    return this.oneIn(3) ? this.pick(extremeNumbers) : this.pick(values);
  }

  /** The member or item twice in a row. */
  #doubled(text: string, start: number, end: number): string {
    const member =
      text[end] === ":" ? text.slice(start, text.slice(end).search(/[,}\n]/) + end) : text.slice(start, end);
    return `${text.slice(0, start)}${member},${text.slice(start)}`;
  }

  /** Without the value, and without the comma before or after it where there is one. */
  #without(text: string, start: number, end: number): string {
    const keyBefore = /"(?:[^"\\]|\\.)*"\s*:\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0] ?? "";
    const head = text.slice(0, start - keyBefore.length);
    const tail = text.slice(end);
    return /,\s*$/.test(head) ? head.replace(/,\s*$/, "") + tail : head + tail.replace(/^\s*,/, "");
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly isKey: boolean;
}

/** Where the keys, the scalars and the (innermost) lists of a JSON text stand. */
function jsonSpans(text: string): Span[] {
  const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[[^[\]{}]*\]/g;
  return [...text.matchAll(token)].map(({ index, 0: found }) => {
    const end = index + found.length;
    return { start: index, end, isKey: found[0] === '"' && /^\s*:/.test(text.slice(end, end + 20)) };
  });
}

/** The parts as one array. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
