/** One training with some share of the epochs. */
export interface Job<Settings> {
  /** Counted from 0, the recipe as it is. */
  readonly trial: number;
  readonly settings: Settings;
  /** Of the recipe's epochs. */
  readonly share: number;
}

/** Trials that start together: a third of them, the best, goes on to each next share of the epochs. */
const bracketSize = 9;
const shares = [0.25, 0.5, 1] as const;

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) in brackets, one after another for as long as there is time:
 * nine settings are tried with a quarter of the epochs, the best three with half of them, the best one with all. The
 * recipe as it is comes first, with all epochs.
 *
 * @param search.draw settings of a trial. @param search.run the score of a job, lower is better; undefined when the
 *   search is to end. The order of jobs depends on the scores alone.
 */
export async function halve<Settings>(search: {
  readonly first: Settings;
  draw(trial: number): Settings;
  run(job: Job<Settings>): Promise<number | undefined>;
}): Promise<void> {
  if ((await search.run({ trial: 0, settings: search.first, share: 1 })) === undefined) return;
  for (let trial = 1; ; trial += bracketSize) {
    let alive = Array.from({ length: bracketSize }, (_, index) => ({
      trial: trial + index,
      settings: search.draw(trial + index),
    }));
    for (const share of shares) {
      const scored: { entry: (typeof alive)[number]; score: number }[] = [];
      for (const entry of alive) {
        const score = await search.run({ ...entry, share });
        if (score === undefined) return;
        // A training that left the finite numbers is worse than any other.
        scored.push({ entry, score: Number.isFinite(score) ? score : Number.POSITIVE_INFINITY });
      }
      scored.sort((a, b) => a.score - b.score || a.entry.trial - b.entry.trial);
      alive = scored.slice(0, Math.ceil(alive.length / 3)).map(({ entry }) => entry);
    }
  }
}
