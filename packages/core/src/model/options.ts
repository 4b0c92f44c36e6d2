import { OptionError } from "../errors.js";
import type { Recipe, RecipeName } from "../recipes/recipe.js";
import type { SettingsOverrides } from "../recipes/resolve.js";
import type { Vocabulary, WordVectors } from "../text/index.js";
import type { PartOptions } from "../training/division.js";
import type { Label, Task } from "../training/scale.js";
import type { CheckpointOptions } from "./checkpoint.js";
import type { MemoryOptions } from "./memory.js";

/** Options of `train`, all with defaults. */
export interface TrainOptions extends Omit<PartOptions, "seed">, SettingsOverrides {
  /** `rating` (default): ordered labels; `class`: labels without order; `number`: any real number. */
  readonly task?: Task;
  /** A recipe's name or a recipe of your own; `best` when absent. */
  readonly recipe?: RecipeName | Recipe;
  /** The ratings in order, lowest first: needed when they are words. Their values are then 1, 2, 3 ... */
  readonly labels?: readonly Label[];
  /**
   * Word vectors for a vocabulary, such as `readWordVectors` reads from a file: the embedding starts from them and
   * takes their size. `glove` needs them.
   */
  readonly wordVectors?: (vocabulary: Vocabulary) => Promise<WordVectors> | WordVectors;
  /**
   * Texts without a rating. Recipes with pretraining (`best`) learn words from them; those that are a row's text too are left
   * out.
   */
  readonly unlabelled?: Iterable<string> | AsyncIterable<string>;
  /** Whether to train the mean, median, majority and linear baselines on the same split; true when absent. */
  readonly baselines?: boolean;
  /** A whole number from 0 to 2^32 - 1 that decides split, weights, dropout and order; 1 when absent. */
  readonly seed?: number;
  /** Decides the division into parts alone, so that several seeds can learn from the same rows; `seed` when absent. */
  readonly splitSeed?: number;
  /** Threads to compute with, at least 1; 1 when absent. The result is the same with any number. */
  readonly threads?: number;
  /** Keeps the run's state every so often, so that a run that was cut off can go on. */
  readonly checkpoints?: CheckpointOptions;
  /**
   * The bytes of a checkpoint: the run goes on from there and ends with the very weights that it would have had without
   * the break. Data, settings and seed must be the same; the number of threads may differ.
   */
  readonly resumeFrom?: Uint8Array;
  /**
   * Seconds that the whole run should take, from the first row to its result: decides the number of members, and where that
   * is not enough, epochs and sizes. What was decided is in `settings` of the metrics; the same settings given without a
   * budget make the same model. A run that is still not done then ends with the best that it has.
   */
  readonly budgetSeconds?: number;
  /** How much memory there is: whether the run fits is said before it starts. */
  readonly memory?: MemoryOptions;
  /** Ends the training early and cleanly: the best weights so far are kept. */
  readonly signal?: AbortSignal;
}

/** @throws {OptionError} for a seed, a number of threads or an interval of checkpoints out of range. */
export function checkRun({ seed = 1, threads = 1, checkpoints, budgetSeconds }: TrainOptions): {
  seed: number;
  threads: number;
} {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new OptionError("bad-seed", `seed must be a whole number from 0 to 4294967295, but it is ${seed}.`);
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new OptionError("bad-threads", `threads must be a whole number from 1 to 256, but it is ${threads}.`);
  }
  const seconds = checkpoints?.everySeconds;
  if (seconds !== undefined && !(seconds >= 0)) {
    throw new OptionError("bad-interval", `checkpoints.everySeconds must be a number from 0, but it is ${seconds}.`);
  }
  if (budgetSeconds !== undefined && !(budgetSeconds > 0)) {
    throw new OptionError("bad-budget", `budgetSeconds must be a number above 0, but it is ${budgetSeconds}.`);
  }
  return { seed, threads };
}
