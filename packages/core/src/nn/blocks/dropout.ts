/**
 * Dropout as the kernels take it: a threshold for random bits, the scale of what is kept (inverted dropout), and the key of
 * one step.
 */
export class DropoutMask {
  /** An element is dropped when its 32 random bits are below this; 0 turns dropout off. */
  readonly dropThreshold: number;
  /** 1 / (1 - p) */
  readonly keepScale: number;
  /** Two 32-bit words that differ for every layer and step. */
  key0 = 0;
  key1 = 0;

  /** @param probability of dropping an element, 0 <= p < 1. */
  constructor(probability: number) {
    this.dropThreshold = Math.round(probability * 0x1_0000_0000);
    this.keepScale = 1 / (1 - probability);
  }

  setKey(key0: number, key1: number): void {
    this.key0 = key0;
    this.key1 = key1;
  }
}

export const noDropout = new DropoutMask(0);
