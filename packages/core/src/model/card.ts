import { type ModelCardFacts, modelCard } from "../storage/index.js";
import type { ModelConfig } from "./config.js";
import type { TrainMetrics } from "./metrics.js";

/** What only the caller knows of a model: all of it goes into the model card, and all of it may be absent. */
export interface CardDetails extends Pick<ModelCardFacts, "name" | "license" | "languages"> {
  /** Where the rows come from. */
  readonly data?: Omit<NonNullable<ModelCardFacts["data"]>, "rows" | "train" | "validation" | "test">;
  /** Day of the training, such as `2026-11-24`. */
  readonly date?: string;
  /** Of the programs, such as `{ starcast: "0.1.0" }`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** The text of `README.md`: facts of the config and of the training, and what the caller adds. */
export function describeModel(
  config: ModelConfig,
  metrics: TrainMetrics | undefined,
  details: CardDetails = {},
): string {
  const { training } = config;
  const { data, date, versions, ...rest } = details;
  if (training.epochs === 0) return modelCard({ ...rest, ...describeAnswers(config), isImported: true });
  return modelCard({
    ...rest,
    ...describeAnswers(config),
    data: metrics ? { ...data, ...metrics.dataset } : { ...data, rows: training.rows, train: training.rows },
    training: {
      recipe: config.recipe,
      epochs: training.epochs,
      keptEpochs: training.keptEpochs,
      seed: training.seed,
      date,
      versions,
      ...(metrics && {
        settings: cardSettings(config, metrics),
        parameterCount: metrics.parameterCount,
        reason: metrics.reason,
        threads: metrics.threads,
        seconds: metrics.seconds,
      }),
    },
    ...(metrics && {
      vocabulary: metrics.vocabulary,
      validation: metrics.validation,
      test: metrics.test,
      baselines: metrics.baselines,
    }),
  });
}

function describeAnswers({ scale, head, maxLength }: ModelConfig) {
  const labels = scale.task === "number" ? undefined : scale.labels;
  return { task: scale.task, labels, hasProbabilities: head !== "regression", maxLength };
}

function cardSettings(config: ModelConfig, { settings }: TrainMetrics): Record<string, string | number | boolean> {
  const { embeddingSize, hiddenSize, numLayers, bidirectional, pooling } = config.network;
  const { batchSize, rounds, embeddingDropout, outputDropout } = settings;
  const learningRate = rounds.map((round) => round.learningRate).join(", ");
  const training = { batchSize, learningRate, embeddingDropout, outputDropout };
  return { embeddingSize, hiddenSize, numLayers, bidirectional, pooling, tokenizer: config.tokenizer, ...training };
}
