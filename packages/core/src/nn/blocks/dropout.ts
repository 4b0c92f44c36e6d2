/** Dropout as the kernels take it: a threshold for random bits, the scale of what is kept, and the key of one step. */

export interface DropoutMask {
  /** An element is dropped when its 32 random bits are below this; 0 turns dropout off. */
  readonly dropThreshold: number;
  readonly keepScale: number;
  readonly key0: number;
  readonly key1: number;
}

export const noDropout: DropoutMask = { dropThreshold: 0, keepScale: 1, key0: 0, key1: 0 };

/**
 * The mask of one layer in one step (inverted dropout: what is kept is scaled by 1 / (1 - p)).
 *
 * @param probability of dropping an element, 0 <= p < 1.
 * @param key two 32-bit words that differ for every layer and step.
 */
export function dropoutMask(probability: number, key: readonly [number, number]): DropoutMask {
  if (probability === 0) return noDropout;
  return {
    dropThreshold: Math.round(probability * 0x1_0000_0000),
    keepScale: 1 / (1 - probability),
    key0: key[0],
    key1: key[1],
  };
}
