import pc from "picocolors";
import { type Sink, speaksUnicode, type Terminal, wantsColour } from "./terminal.js";
import { wrap } from "./wrap.js";

export interface OutputOptions {
  /** Standard output carries only JSON; everything for people goes to standard error. */
  readonly json?: boolean;
  /** Only results, warnings and errors. */
  readonly quiet?: boolean;
}

type Colour = (text: string) => string;

/** Writes for people: headings, ticks, warnings, tables; and the one JSON object for programs. */
export class Output {
  readonly unicode: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  /** Where people read: standard output, or standard error beside `--json`. */
  readonly sink: Sink;
  readonly bold: Colour;
  readonly dim: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
  readonly red: Colour;
  readonly cyan: Colour;
  readonly #terminal: Terminal;
  #blankBefore = false;
  #anything = false;

  constructor(terminal: Terminal, options: OutputOptions = {}) {
    this.#terminal = terminal;
    this.json = options.json === true;
    this.quiet = options.quiet === true;
    this.sink = this.json ? terminal.stderr : terminal.stdout;
    this.unicode = speaksUnicode(terminal);
    const colours = pc.createColors(wantsColour(terminal, this.sink));
    this.bold = colours.bold;
    this.dim = colours.dim;
    this.green = colours.green;
    this.yellow = colours.yellow;
    this.red = colours.red;
    this.cyan = colours.cyan;
  }

  /** Width to lay out for: the terminal's, within reason, or 100 where there is none. */
  get columns(): number {
    return Math.max(40, Math.min(this.sink.columns || 100, 120));
  }

  /** One line of the result: shown even with `--quiet`. */
  line(text = ""): void {
    if (this.#blankBefore && this.#anything) this.sink.write("\n");
    this.#blankBefore = false;
    this.#anything = true;
    this.sink.write(`${this.plain(text)}\n`);
  }

  /** One line of background, left out with `--quiet`. */
  info(text: string): void {
    if (!this.quiet) this.line(text);
  }

  /** A blank line before whatever comes next, never two, never at the top. */
  gap(): void {
    this.#blankBefore = true;
  }

  /** Title of a section that `--quiet` leaves out. */
  heading(text: string): void {
    if (this.quiet) return;
    this.gap();
    this.line(this.bold(text));
  }

  /** Title of a section of results. */
  resultHeading(text: string): void {
    this.gap();
    this.line(this.bold(text));
  }

  tick(text: string): void {
    this.info(`  ${this.green(this.unicode ? "✔" : "ok")} ${text}`);
  }

  note(text: string): void {
    this.info(`  ${this.dim(this.unicode ? "·" : "-")} ${text}`);
  }

  /** Something the user should know of; shown even with `--quiet`. */
  warn(text: string): void {
    const [first, ...rest] = wrap(text, this.columns - 4);
    this.line(`  ${this.yellow(`${this.unicode ? "⚠" : "!"} ${first}`)}`);
    for (const line of rest) this.line(`    ${this.yellow(line)}`);
  }

  /** Something is wrong, without ending the command. */
  bad(text: string): void {
    this.line(`  ${this.red(`${this.unicode ? "✘" : "x"} ${text}`)}`);
  }

  /** The commands to try next. */
  next(commands: readonly (readonly [command: string, why: string])[]): void {
    if (this.quiet || commands.length === 0) return;
    this.gap();
    this.line(this.bold("Next"));
    const width = Math.max(...commands.map(([command]) => command.length));
    for (const [command, why] of commands) this.line(`  ${this.cyan(command.padEnd(width))}  ${this.dim(why)}`);
  }

  /** The object for programs: the only thing on standard output with `--json`. */
  printJson(value: unknown): void {
    this.#terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /**
   * Text as this terminal can show it: outside UTF-8 our own signs become ASCII. Labels, names and texts come from
   * strangers' files, so that nothing but our colours steers the terminal.
   */
  plain(text: string): string {
    const harmless = text.replace(steering, (found) => (isColour(found) ? found : "\ufffd"));
    if (this.unicode) return harmless;
    return harmless.replace(/[·–—…×±█▏≥≤“”\ufffd]/g, (sign) => asciiSigns[sign] ?? sign);
  }
}

/** Colours, control characters but the line feed, and marks that reorder or hide text. */
const steering = /\u001b\[[\d;]*m|[\0-\t\v-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function isColour(found: string): boolean {
  return found.length > 1;
}

const asciiSigns: Readonly<Record<string, string>> = {
  "·": "-",
  "–": "-",
  "—": "-",
  "…": "...",
  "×": "x",
  "±": "+-",
  "█": "#",
  "▏": "|",
  "≥": ">=",
  "≤": "<=",
  "“": '"',
  "”": '"',
  "\ufffd": "?",
};
