/** How far a solver is. */
export interface SolverProgress {
  /** Iterations done. */
  readonly iteration: number;
  /** Iterations at most; a solver mostly ends sooner. */
  readonly maxIterations: number;
}

export interface TurnsOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SolverProgress) => void;
}

/** Iterations between two pauses. */
const iterationsPerTurn = 4;

/** Reports a solver's progress and lets the host serve signals, timers and the screen between iterations. */
export class Turns {
  readonly #options: TurnsOptions;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** @throws the abort signal's reason, when it is aborted. */
  async next(iteration: number, maxIterations: number): Promise<void> {
    if (iteration % iterationsPerTurn === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({ iteration, maxIterations });
  }
}
