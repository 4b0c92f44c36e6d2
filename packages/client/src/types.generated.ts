/**
 * What the service takes and gives; made from its schemas in packages/cli/src/serve/schemas.ts
 * (`npx vitest run packages/cli/src/serve/client.test.ts -u` writes it anew).
 */

/**
 * A label of the model's scale, as in its training data.
 */
export type Label = string | number;

/**
 */
export interface WordEffect {
  /**
   * As it stands in the text: from `start` to `end`.
   */
  text: string;
  /**
   * In UTF-16 code units.
   */
  start: number;
  end: number;
  /**
   * Whether the model knows the word.
   */
  known: boolean;
  /**
   * What the word adds to the answer, in its units (such as stars); below 0, it takes away.
   */
  effect: number;
}
/**
 */
export interface Explanation {
  /**
   * The answer that is explained: the expected rating; for classes, the probability of the label.
   */
  value: number;
  /**
   * The answer to a text of as many average words; with all effects it adds up to `value`.
   */
  baseline: number;
  /**
   * The words that were read, in their order.
   */
  words: WordEffect[];
}
/**
 */
export interface LabelProbability {
  /**
   * A label of the model's scale, as in its training data.
   */
  label: string | number;
  probability: number;
}
/**
 * What a model says about a text: `label` is the most likely label, `median` the one that is too low as likely as too high, `cut` the single one with the best quadratic kappa. `explanation` is there when it was asked for.
 */
export interface Prediction {
  /**
   * Expected rating; absent for classes without order.
   */
  rating?: number;
  /**
   * A label of the model's scale, as in its training data.
   */
  label: string | number;
  /**
   * A label of the model's scale, as in its training data.
   */
  median?: string | number;
  /**
   * A label of the model's scale, as in its training data.
   */
  cut?: string | number;
  /**
   * Low and high end of the interval that holds the true rating of 90 % of such texts.
   *
   * @minItems 2
   * @maxItems 2
   */
  interval?: number[];
  /**
   * Of every label, in the order of the scale.
   */
  probabilities?: LabelProbability[];
  /**
   * Words of the text.
   */
  words: number;
  /**
   * Words that the model read: the rest of a long text is cut off.
   */
  wordsRead: number;
  /**
   * Share, 0 to 1, of the words read that the model does not know.
   */
  unknownWords: number;
  explanation?: Explanation;
}
/**
 */
export interface Mistake {
  /**
   * Stable name of the mistake, such as `empty-text`.
   */
  code: string;
  /**
   * What is wrong, and how to mend it.
   */
  message: string;
}
/**
 */
export interface PredictionAnswer {
  /**
   * Name of the model.
   */
  model: string;
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version: string;
  prediction: Prediction;
}
/**
 */
export interface PredictionsAnswer {
  /**
   * Name of the model.
   */
  model: string;
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version: string;
  /**
   * One a text, in the order of the texts.
   */
  predictions: Prediction[];
}
/**
 * A line of the answer to JSON lines: with `version` and `prediction`, or with `error`.
 */
export interface LineAnswer {
  /**
   * Number, from 1, of the line that this answers.
   */
  line: number;
  /**
   * As the line gave it.
   */
  id?: string | number;
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version?: string;
  prediction?: Prediction;
  error?: Mistake;
}
/**
 */
export interface ErrorAnswer {
  error: Mistake;
}
/**
 */
export interface ShadowReport {
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version: string;
  /**
   * Texts that both models have rated.
   */
  compared: number;
  /**
   * Texts that the shadow had no time for.
   */
  skipped: number;
  /**
   * Share of the texts with the same most likely label.
   */
  sameLabel: number | null;
  /**
   * Mean of the shadow's expected rating minus the model's.
   */
  meanDifference: number | null;
  /**
   * Mean size of that difference.
   */
  meanAbsoluteDifference: number | null;
  /**
   * Where the labels differ, the most frequent first.
   */
  differences: {
    /**
     * A label of the model's scale, as in its training data.
     */
    label: string | number;
    /**
     * A label of the model's scale, as in its training data.
     */
    shadowLabel: string | number;
    texts: number;
  }[];
}
/**
 */
export interface ModelSummary {
  name: string;
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version: string;
  task: "rating" | "class" | "number";
  /**
   * The labels that it answers with, in order; null for numbers.
   */
  labels: (string | number)[] | null;
  /**
   * When this version took over.
   */
  loadedAt: string;
  /**
   * Why a newer version of it was refused; null when none was.
   */
  problem: string | null;
}
/**
 */
export interface ModelList {
  models: ModelSummary[];
}
/**
 */
export interface ModelDetails {
  name: string;
  /**
   * The version that answered: the first 12 digits of its fingerprint.
   */
  version: string;
  task: "rating" | "class" | "number";
  /**
   * The labels that it answers with, in order; null for numbers.
   */
  labels: (string | number)[] | null;
  /**
   * When this version took over.
   */
  loadedAt: string;
  /**
   * Why a newer version of it was refused; null when none was.
   */
  problem: string | null;
  /**
   * SHA-256 of the files that decide what the model answers.
   */
  fingerprint: string;
  /**
   * `config.json` of the model.
   */
  settings: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: unknown;
  };
  /**
   * `metrics.json`: how it was trained and how good it is.
   */
  metrics: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^.*$".
     */
    [k: string]: unknown;
  } | null;
  /**
   * The model card, in Markdown.
   */
  card: string | null;
  /**
   * How a second model that runs beside it compares.
   */
  shadow: ShadowReport | null;
}
/**
 */
export interface Health {
  status: "ok" | "starting" | "stopping";
  /**
   * Models that answer.
   */
  models: number;
}
/**
 * One text, or many.
 */
export interface PredictRequest {
  /**
   * A text of at most 20000 characters.
   */
  text?: string;
  /**
   * 1 to 256 texts; more of them go as JSON lines.
   *
   * @minItems 1
   * @maxItems 256
   *
   * Items: A text of at most 20000 characters.
   */
  texts?: string[];
  /**
   * Tell what each word adds to the rating, which takes far longer.
   */
  explain?: boolean;
}
/**
 * A line of a stream of JSON lines; a JSON string alone is a text too.
 */
export interface PredictLine {
  /**
   * A text of at most 20000 characters.
   */
  text: string;
  /**
   * Is given back with the answer.
   */
  id?: string | number;
}
