import { describe, expect, it } from "vitest";
import { halve, type Job } from "./halving.js";

async function search(jobsAtMost: number, score: (job: Job<number>) => number): Promise<Job<number>[]> {
  const jobs: Job<number>[] = [];
  await halve<number>({
    first: 0,
    draw: (trial) => trial,
    run: async (job) => {
      if (jobs.length === jobsAtMost) return undefined;
      jobs.push(job);
      return score(job);
    },
  });
  return jobs;
}

describe("halve", () => {
  it("tries the recipe first with all epochs, then nine, the best three and the best one with more and more", async () => {
    const jobs = await search(15, ({ trial }) => Math.abs(trial - 6));
    expect(jobs.slice(0, 1)).toEqual([{ trial: 0, settings: 0, share: 1 }]);
    expect(jobs.slice(1, 10).map(({ trial, share }) => [trial, share])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((trial) => [trial, 0.25]),
    );
    expect(jobs.slice(10).map(({ trial, share }) => [trial, share])).toEqual([
      [6, 0.5],
      [5, 0.5],
      [7, 0.5],
      [6, 1],
      [10, 0.25],
    ]);
  });

  it("drops a training that diverged", async () => {
    const jobs = await search(14, ({ trial, share }) => (trial === 3 && share < 1 ? Number.NaN : trial));
    expect(jobs.filter(({ trial }) => trial === 3)).toHaveLength(1);
  });

  it("ends when there is no more time", async () => {
    expect(await search(1, () => 0)).toHaveLength(1);
    expect(await search(5, () => 0)).toHaveLength(5);
  });
});
