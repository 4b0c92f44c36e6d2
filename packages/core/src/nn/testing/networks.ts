/** Small networks and texts that the tests of this room share. */
import { Random } from "../../random.js";
import type { EncodedTexts, NetworkConfig, TrainerConfig } from "../network.js";

export const plainTrainer: TrainerConfig = {
  loss: "crossEntropy",
  optimizer: { kind: "adam", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  embeddingDropout: 0,
  outputDropout: 0,
  freezeEmbedding: false,
};

/** Sizes that fill no vector, two layers of two directions. */
export const smallConfig: NetworkConfig = {
  vocabularySize: 60,
  embeddingSize: 10,
  hiddenSize: 9,
  numLayers: 2,
  bidirectional: true,
  pooling: "meanMax",
  outputSize: 5,
};

/** Token ids as the networks take them. */
export function encode(texts: readonly (readonly number[])[]): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = offsets[row] + text.length;
  });
  return { ids: Int32Array.from(texts.flat()), offsets };
}

/** Texts of 1 to `maxLength` words of the small network's vocabulary. */
export function randomTexts(count: number, maxLength: number, seed: number): EncodedTexts {
  const random = new Random(seed, "texts");
  return encode(
    Array.from({ length: count }, () =>
      Array.from({ length: 1 + random.integer(maxLength) }, () => 1 + random.integer(59)),
    ),
  );
}

/** 0 to `count` - 1. */
export function allRows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** A class for every row, 0 to 4 in turn. */
export function someClasses(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, row) => row % 5);
}
