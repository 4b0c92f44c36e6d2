/** Vectors of words from the texts alone, for the embedding to start from. */
import type { WordLearner } from "../nn/index.js";
import { unknownId } from "../text/index.js";
import type { Engine } from "./engine.js";
import type { PretrainingEvent } from "./fitEvents.js";
import { Pauses } from "./pause.js";
import type { PreparedData } from "./prepare.js";
import type { TrainingSettings } from "./settings.js";

/** Rate of the first step; it falls to nothing along a line (word2vec's value for skip-gram). */
const firstRate = 0.025;

/** What the learning of vectors needs to know of the run. */
export interface PretrainingOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** The settings that matter here. */
type Settings = Pick<TrainingSettings, "pretraining" | "network" | "maxLength" | "embeddingDeviation">;

/**
 * Learns vectors of words by skip-gram with negative sampling (Mikolov et al. 2013) from the training part and the unlabelled
 * texts: words that stand near the same words get similar vectors, also those that few ratings speak of.
 *
 * @returns `[vocabulary][embeddingSize]`: for every word with numbers of mean 0 and the deviation `embeddingDeviation`; padding
 *   and unknown are zero.
 * @throws the signal's reason when it is aborted. @throws {EngineError} when the engine lacks memory.
 */
export async function* learnWordVectors(
  engine: Engine,
  data: PreparedData,
  settings: Settings,
  { seed, signal }: PretrainingOptions,
): AsyncGenerator<PretrainingEvent, Float32Array> {
  const { passes } = required(settings);
  const { texts } = data;
  const rows = rowsToRead(data);
  const { counts, tokens } = countWords(data, rows);
  const learner = startLearner(engine, settings, { counts, seed });
  const pauses = new Pauses();
  const started = performance.now();
  let done = 0;
  for (let pass = 1; pass <= passes; pass++) {
    learner.beginPass();
    let position = 0;
    for (const row of rows) {
      await pauses.breathe();
      signal?.throwIfAborted();
      learner.learn(texts, row, position, firstRate * (1 - done / (passes * tokens)));
      const length = texts.offsets[row + 1] - texts.offsets[row];
      position += length;
      done += length;
    }
    const seconds = (performance.now() - started) / 1000;
    yield { type: "pretraining", pass, passes, texts: rows.length, tokens, seconds };
  }
  const vectors = learner.vectors();
  standardise(vectors, counts, settings.network.embeddingSize, settings.embeddingDeviation ?? 1);
  return vectors;
}

/**
 * How long one pass takes, judged by some of the texts.
 *
 * @param seconds most time that it may take; one text is read at least.
 */
export function measurePass(engine: Engine, data: PreparedData, settings: Settings, seconds: number): number {
  const rows = rowsToRead(data);
  const { counts, tokens } = countWords(data, rows);
  const learner = startLearner(engine, settings, { counts, seed: 1 });
  learner.beginPass();
  const started = performance.now();
  let read = 0;
  for (const row of rows) {
    learner.learn(data.texts, row, read, firstRate);
    read += data.texts.offsets[row + 1] - data.texts.offsets[row];
    if (performance.now() - started > 1000 * seconds) break;
  }
  return ((performance.now() - started) / 1000) * (tokens / Math.max(read, 1));
}

function startLearner(
  engine: Engine,
  settings: Settings,
  { counts, seed }: { readonly counts: Float64Array; readonly seed: number },
): WordLearner {
  const { network, maxLength } = settings;
  const { window } = required(settings);
  return engine.createSkipGram({ counts, vectorSize: network.embeddingSize, window, seed, maxLength });
}

function required({ pretraining }: Settings): NonNullable<Settings["pretraining"]> {
  if (!pretraining) throw new Error("These settings have no pretraining.");
  return pretraining;
}

/** What is held back is not read. */
function rowsToRead({ parts, unlabelled }: PreparedData): Uint32Array {
  const rows = new Uint32Array(parts.train.length + unlabelled.length);
  rows.set(parts.train);
  rows.set(unlabelled, parts.train.length);
  return rows;
}

/** How often each word occurs in the rows, and the tokens of all kinds. */
function countWords({ texts, vocabulary }: PreparedData, rows: Uint32Array): { counts: Float64Array; tokens: number } {
  const counts = new Float64Array(vocabulary.size);
  let tokens = 0;
  for (const row of rows) {
    for (let index = texts.offsets[row]; index < texts.offsets[row + 1]; index++) counts[texts.ids[index]]++;
    tokens += texts.offsets[row + 1] - texts.offsets[row];
  }
  counts.fill(0, 0, unknownId + 1);
  return { counts, tokens };
}

/** Gives the vectors of words that occur mean 0 in every place and the deviation overall; all others become zero. */
function standardise(vectors: Float32Array, counts: Float64Array, size: number, deviation: number): void {
  const means = new Float64Array(size);
  let words = 0;
  forEachWord(vectors, counts, size, (vector) => {
    words++;
    for (let index = 0; index < size; index++) means[index] += vector[index];
  });
  let squares = 0;
  forEachWord(vectors, counts, size, (vector) => {
    for (let index = 0; index < size; index++) {
      vector[index] -= means[index] / words;
      squares += vector[index] ** 2;
    }
  });
  const factor = squares === 0 ? 0 : deviation / Math.sqrt(squares / (words * size));
  for (let index = 0; index < vectors.length; index++) vectors[index] *= factor;
  for (let id = 0; id < counts.length; id++) if (counts[id] === 0) vectors.fill(0, id * size, (id + 1) * size);
}

function forEachWord(
  vectors: Float32Array,
  counts: Float64Array,
  size: number,
  visit: (vector: Float32Array) => void,
): void {
  for (let id = 0; id < counts.length; id++) {
    if (counts[id] > 0) visit(vectors.subarray(id * size, (id + 1) * size));
  }
}
