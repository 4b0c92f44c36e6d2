import { describe, expect, it } from "vitest";
import { measureInTurns, median, summarise } from "./measure.mjs";
import type { System } from "./types.js";

const silent = () => {};

function system(product: string, setting: string, seconds: number[], log: string[], maxRounds?: number) {
  let measured = 0;
  const made: System & { disposed: boolean } = {
    product,
    setting,
    version: "1",
    maxRounds,
    disposed: false,
    measure() {
      log.push(`${product} ${setting}`);
      const taken = seconds[Math.min(measured++, seconds.length - 1)];
      return { seconds: taken, cpuSeconds: taken };
    },
    dispose() {
      made.disposed = true;
    },
  };
  return made;
}

describe("median", () => {
  it("is the middle value, or the mean of the two in the middle", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([10, 1, 3, 2])).toBe(2.5);
  });
});

describe("measureInTurns", () => {
  it("does not count the warm-up and measures the systems in turns", async () => {
    const log: string[] = [];
    const systems = [system("Starcast", "", [50, 50, 2], log), system("peer", "", [90, 90, 4], log)];
    const summaries = await measureInTurns(systems, { rounds: 2, log: silent });
    expect(summaries.map(({ seconds }) => seconds)).toEqual([
      [2, 2],
      [4, 4],
    ]);
    expect(log.slice(-4)).toEqual(["Starcast ", "peer ", "Starcast ", "peer "]);
  });

  it("goes on with a slow product's faster setting only, and for its few rounds", async () => {
    const log: string[] = [];
    const systems = [
      system("Starcast", "", [1], log),
      system("slow", "1 thread", [40], log, 2),
      system("slow", "2 threads", [30], log, 2),
    ];
    const summaries = await measureInTurns(systems, { rounds: 5, log: silent });
    expect(summaries.map(({ setting, seconds }) => [setting, seconds.length])).toEqual([
      ["", 5],
      ["2 threads", 2],
    ]);
  });

  it("releases every system when one fails", async () => {
    const broken = { ...system("peer", "", [1], []), measure: () => Promise.reject(new Error("gone")) };
    const sound = system("Starcast", "", [1], []);
    await expect(measureInTurns([sound, broken], { rounds: 1, log: silent })).rejects.toThrow("gone");
    expect(sound.disposed).toBe(true);
  });
});

describe("summarise", () => {
  it("compares Starcast's best setting with each peer's best setting", () => {
    const measurements = (seconds: number) => [{ seconds, cpuSeconds: seconds }];
    const summaries = summarise(
      new Map([
        [system("Starcast", "1 thread", [], []), measurements(4)],
        [system("Starcast", "2 threads", [], []), measurements(2)],
        [system("peer", "1 thread", [], []), measurements(5)],
        [system("peer", "2 threads", [], []), measurements(8)],
      ]),
    );
    expect(summaries.map(({ best }) => best)).toEqual([false, true, true, false]);
    expect(summaries.map(({ starcastTimesAsFast }) => starcastTimesAsFast)).toEqual([
      undefined,
      undefined,
      2.5,
      undefined,
    ]);
  });
});
