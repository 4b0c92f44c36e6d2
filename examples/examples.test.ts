import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => vi.restoreAllMocks());

describe("the article's basic demo", () => {
  it("prints the article's shapes, layer by layer and as one sequence", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await import("./basic-lstm.js");
    expect(log.mock.calls.flat()).toEqual([
      "ids 3x8, embedded 3x8x7",
      "output 3x8x3, last hidden state 1x3x3, cell state 1x3x3",
      "as one sequence: output 3x8x3, same numbers: true",
    ]);
  });
});
