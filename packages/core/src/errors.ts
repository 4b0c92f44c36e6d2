import { printable } from "./quote.js";

/**
 * The errors that Starcast throws on purpose. Each message is one or two sentences that say what is
 * wrong, where, and how to mend it; programs tell them apart by `code`, which never changes.
 *
 * A message is on one line and steers no terminal, whatever the file holds that it quotes.
 */
export class StarcastError extends Error {
  /** Stable, machine-readable name of the broken rule, such as `unknown-column`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(printable(message), options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The data given (rows, ratings, texts, word vectors) cannot be used as it is. */
export class DataError extends StarcastError {}

/** An option or an argument is out of range, or two of them contradict each other. */
export class OptionError extends StarcastError {}

/** A model file is damaged, of another format, or of a version that this build does not know. */
export class FormatError extends StarcastError {}

/** The JavaScript engine lacks something that the kernels need, or memory ran out. */
export class EngineError extends StarcastError {}

/** Training left the finite numbers. */
export class DivergedError extends StarcastError {}
