import { availableParallelism } from "node:os";
import {
  choiceOption,
  listOption,
  numberOption,
  numberOptionOr,
  onUnlessOption,
  optionalChoice,
  switchOption,
  textOption,
  textsOption,
} from "./options.js";

/** More threads than this would wait for each other: gradients are summed in eight parts. */
const mostThreads = 8;

/** The number of threads when none is asked for. */
export function defaultThreads(): number {
  return Math.min(mostThreads, availableParallelism());
}

/** Options that several commands have in common, so that they mean the same everywhere. */

export const columnOptions = {
  text: textsOption(
    "--text",
    "COL",
    "column with the text; give it again to join several columns by a space (guessed if absent)",
  ),
  label: textOption("--label", "COL", "column with the rating or label (guessed if absent)"),
} as const;

export const labelOptions = {
  task: choiceOption(
    "--task",
    "TASK",
    "rating: ordered labels; class: labels without order; number: any real number",
    ["rating", "class", "number"],
    "rating",
  ),
  labels: listOption("--labels", "LIST", "ratings that are words, from worst to best, such as bad,fair,good"),
  skipBadRows: switchOption("--skip-bad-rows", "leave out rows whose rating is missing or not one, and list them"),
} as const;

/** How the rows are divided, where chance alone would flatter the result. */
export const divisionOptions = {
  group: textOption("--group", "COL", "column with a product, an author ...: rows that share one are in one part"),
  splitColumn: textOption("--split-column", "COL", "column that says train, validation or test for each row"),
  time: textOption("--time", "COL", "column with dates or numbers: the newest rows are the test part"),
  keepDuplicates: switchOption(
    "--keep-duplicates",
    "keep validation and test rows whose text is trained on as well (the article's recipes always do)",
  ),
} as const;

/** What train and compare may change in a recipe. */
export const settingOptions = {
  validationFraction: numberOption(
    "--validation-fraction",
    "X",
    "share of the rows held back to watch training (0.1 if absent; 0.2 for the article's recipes)",
    { above: 0, below: 1 },
  ),
  testFraction: numberOption(
    "--test-fraction",
    "X",
    "share of the rows held back, untouched, for the result (0.2 if absent; 0 for the article's recipes)",
    { min: 0, below: 1 },
  ),
  vectors: textOption(
    "--vectors",
    "FILE",
    "word vectors in GloVe or word2vec text format, plain or .gz (recipe glove needs them)",
  ),
  epochs: numberOption("--epochs", "N", "passes over the data (the recipe decides if absent)", { whole: true, min: 1 }),
  batchSize: numberOption("--batch-size", "N", "texts in one step (the recipe decides if absent)", {
    whole: true,
    min: 1,
  }),
  learningRate: numberOption("--learning-rate", "X", "size of a step (the recipe decides if absent)", { above: 0 }),
  maxLength: numberOption("--max-length", "N", "words of a text that are read (the recipe decides if absent)", {
    whole: true,
    min: 1,
  }),
  vocabularySize: numberOption(
    "--vocabulary-size",
    "N",
    "most words that are kept, the most frequent ones (the recipe decides if absent)",
    { whole: true, min: 1 },
  ),
  head: optionalChoice(
    "--head",
    "HEAD",
    "what the network answers with and learns by: softmax, regression, or coral, corn, cumulative for ordered ratings (the recipe decides if absent)",
    ["softmax", "regression", "coral", "corn", "cumulative"],
  ),
  members: numberOption(
    "--members",
    "N",
    "networks that are trained one after another and answer together (the size of the data decides if absent)",
    { whole: true, min: 1, max: 64 },
  ),
  seed: numberOptionOr(
    "--seed",
    "N",
    "the same seed and data give the same model",
    { whole: true, min: 0, max: 0xffff_ffff },
    1,
  ),
  threads: numberOption(
    "--threads",
    "N",
    `processor cores to use, with the same result for any number (all, up to ${mostThreads}, if absent)`,
    { whole: true, min: 1, max: 256 },
  ),
  baselines: onUnlessOption("--no-baselines", "skip the simple models that the result is compared with"),
} as const;

export const outputOptions = {
  json: switchOption("--json", "print one JSON object on standard output, everything else on standard error"),
  quiet: switchOption("--quiet", "print only results, warnings and errors"),
} as const;
