/** What the threads that compute and the one that serves tell each other. */
import type { ModelConfig, TrainMetrics } from "@starcast/core";

/** What a thread is started with. */
export interface ThreadData {
  /** The model's files, in memory that all threads share. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The first message of a thread: the model is loaded, and has rated a text. */
export interface ReadyMessage {
  readonly kind: "ready";
  readonly facts: ModelFacts;
}

/** Instead of it: the model cannot be used. */
export interface RefusedMessage {
  readonly kind: "refused";
  readonly code: string;
  readonly message: string;
}

/** What a loaded model says of itself. */
export interface ModelFacts {
  readonly config: ModelConfig;
  readonly metrics?: TrainMetrics;
  /** A text of the words that came first in the training data. */
  readonly exampleText: string;
  /** JSON of the answer to it. */
  readonly exampleAnswer: string;
}

/** Texts to rate. */
export interface BatchMessage {
  readonly id: number;
  readonly texts: readonly string[];
  /** With the effect of each word. */
  readonly explain: boolean;
}

/** What became of them. */
export interface BatchAnswer {
  readonly id: number;
  /** JSON of each text's answer; of one that has none, the reason. */
  readonly answers: readonly (string | TextProblem)[];
  /** [text][figure]: what the counters need, see {@link figure}. */
  readonly figures: Float64Array<ArrayBuffer>;
  /** Milliseconds that the thread took. */
  readonly milliseconds: number;
}

/** Why a text has no answer. */
export interface TextProblem {
  readonly code: string;
  readonly message: string;
  /** The fault is the model's, not the text's. */
  readonly isFault?: boolean;
}

/** Places of a text's figures; a text without an answer has the label -1. */
export const figure = { label: 0, rating: 1, words: 2, unknownWords: 3, count: 4 } as const;
