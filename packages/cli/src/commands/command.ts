import type { Services } from "../services.js";
import type { Terminal } from "../terminal/terminal.js";
import type { OptionTable, OptionValues } from "./options.js";

/** What the surroundings hand to a command. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly services: Services;
}

/** A word after the command's name. */
export interface ArgumentSpec {
  /** As shown in the help, such as `DATA`. */
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all the words that are left. Only for the last argument. */
  readonly variadic?: boolean;
}

/** One command as data: the program, its help and the reference page are made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Longer explanation for the command's own help. */
  readonly description?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: OptionTable;
  readonly examples: readonly string[];
  /** @returns the exit code. */
  run(words: readonly string[], options: Readonly<Record<string, unknown>>, context: CommandContext): Promise<number>;
}

/** Ties a command's options to its table, so that `run` sees them typed. */
export function defineCommand<const Table extends OptionTable>(
  spec: Omit<CommandSpec, "options" | "run"> & {
    readonly options: Table;
    run(words: readonly string[], options: OptionValues<Table>, context: CommandContext): Promise<number>;
  },
): CommandSpec {
  return {
    ...spec,
    run: (words, options, context) => spec.run(words, options as OptionValues<Table>, context),
  };
}
