export interface SurviveCounts {
  readonly kills: number;
  readonly killsWithinOperations: number;
  readonly fullDisks: number;
  readonly shortWrites: number;
  readonly finished: number;
}

export function randomFrom(seed: number): () => number;
export function survive(options: {
  readonly kills: number;
  readonly fullDisks?: number;
  readonly shortWrites?: number;
  readonly seed?: number;
  readonly recipes?: readonly string[];
  log?(line: string): void;
}): Promise<SurviveCounts>;
