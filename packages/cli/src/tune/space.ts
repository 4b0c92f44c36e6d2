import type { Random, TrainingSettings } from "@starcast/core";

const sizes = [32, 48, 64, 96, 128] as const;

/**
 * Draws settings around those of a recipe: each within the range in which it has been seen to matter, and rates and
 * decays evenly by their order of magnitude.
 */
export function drawSettings(base: TrainingSettings, random: Random): TrainingSettings {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const oneOf = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)];
  const rate = 2 ** between(-2, 2);
  const hiddenSize = oneOf(sizes);
  const embeddingSize = oneOf(sizes);
  const decay = short(10 ** between(-3.5, -0.5));
  const minCount = oneOf([1, 2, 3, 5]);
  const batchSize = oneOf([0.5, 1, 2]) * base.batchSize;
  const [outputDropout, wordDropout] = [short(between(0.1, 0.6)), short(between(0, 0.4))];
  return {
    ...base,
    vocabulary: { ...base.vocabulary, minCount },
    // Word vectors have the size that their file gives them.
    network: { ...base.network, hiddenSize, ...(base.wordVectors === "none" && { embeddingSize }) },
    batchSize: Math.max(1, Math.round(batchSize)),
    outputDropout,
    wordDropout,
    optimizer: base.optimizer.kind === "adamw" ? { ...base.optimizer, weightDecay: decay } : base.optimizer,
    rounds: base.rounds.map((round) => ({ ...round, learningRate: short(round.learningRate * rate) })),
  };
}

/** The settings with so many epochs, the rounds shortened in proportion. @param share of the epochs, above 0. */
export function shortenedTo(settings: TrainingSettings, share: number): TrainingSettings {
  return {
    ...settings,
    rounds: settings.rounds.map((round) => ({ ...round, epochs: Math.max(1, Math.round(round.epochs * share)) })),
  };
}

/** What differs from the recipe, for people. */
export function describeChanges(settings: TrainingSettings, base: TrainingSettings): string {
  const facts = (of: TrainingSettings): Record<string, number | undefined> => ({
    "learning rate": of.rounds[0].learningRate,
    batch: of.batchSize,
    hidden: of.network.hiddenSize,
    embedding: of.network.embeddingSize,
    "output dropout": of.outputDropout,
    "word dropout": of.wordDropout ?? 0,
    "weight decay": of.optimizer.weightDecay,
    "least count": of.vocabulary.minCount,
  });
  const before = facts(base);
  const changed = Object.entries(facts(settings)).filter(([name, value]) => value !== before[name]);
  return changed.length === 0 ? "as the recipe" : changed.map(([name, value]) => `${name} ${value}`).join(", ");
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
