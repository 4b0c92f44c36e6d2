/** The built service under load, in short; `npm run soak` tries the same for as long as is wanted. */
import { describe, expect, it } from "vitest";
import { sendHostile, slowLoris } from "./hostile.mjs";
import { overload } from "./overload.mjs";
import { soak } from "./soak.mjs";
import { stopUnderLoad } from "./stop.mjs";

describe("the service", () => {
  it("answers every request rightly for ten minutes while its model is replaced again and again, in the same memory", {
    timeout: 1_200_000,
  }, async () => {
    const seen = await soak({ minutes: 10, swapSeconds: 20, rate: 50 });
    expect({ lost: seen.lost, wrong: seen.wrong, exitCode: seen.exitCode }).toEqual({
      lost: [],
      wrong: [],
      exitCode: 0,
    });
    expect(seen.swaps).toBeGreaterThan(10);
    for (const kind of ["single", "list", "stream", "explain", "look"]) expect(seen.byKind[kind]).toBeGreaterThan(0);
    expect(seen.log).not.toMatch(/"level":[456]0/);
    expect(seen.memory.kept.growth).toBeLessThan(0.05);
    // Ten minutes hold one or two waves of what is resident, a fifth high; a version that is never let go would be ten times that.
    expect(seen.memory.resident.growth).toBeLessThan(0.3);
  });

  it("refuses what it cannot take with 429, and answers the rest", async () => {
    const { statuses, errors, answersAfterwards, exitCode } = await overload({ seconds: 6 });
    expect(Object.keys(statuses).sort()).toEqual(["200", "429"]);
    expect({ errors, answersAfterwards, exitCode }).toEqual({ errors: 0, answersAfterwards: true, exitCode: 0 });
  });

  it("answers what it has taken when it is stopped, and ends with code 0", async () => {
    const { stops, answered, lost, exitCodes } = await stopUnderLoad({ times: 4 });
    expect({ stops, lost, exitCodes }).toEqual({ stops: 4, lost: [], exitCodes: { 0: 4 } });
    expect(answered).toBeGreaterThan(10);
  });

  it("gives hostile requests the 4xx that they deserve", async () => {
    const { wrong, answersAfterwards, exitCode, requests } = await sendHostile({ requests: 1_500 });
    expect(wrong).toEqual([]);
    expect({ requests, answersAfterwards, exitCode }).toEqual({
      requests: 1_500,
      answersAfterwards: true,
      exitCode: 0,
    });
  });

  it("cuts clients that send too slowly, while others are answered", async () => {
    const { lastCutAfter, exitCode } = await slowLoris();
    expect(lastCutAfter).toBeLessThan(20);
    expect(exitCode).toBe(0);
  });
});
