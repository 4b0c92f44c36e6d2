import type { DirectionTrace, TextTrace } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { describeWord } from "./describeWord.js";

const states = (...values: number[]) => Float32Array.from(values);
const direction = (reverse: boolean): DirectionTrace => ({
  hiddenSize: 2,
  reverse,
  forgetGate: states(0.5, 0.7, 0.2, 0.4),
  inputGate: states(0.1, 0.1, 0.9, 0.9),
  outputGate: states(1, 1, 0, 0),
  candidate: states(0, 0, 0, 0),
  cell: states(0.5, -0.25, 0.25, 0.75),
  hidden: states(0, 0, 0, 0),
});
const trace = { words: [{ text: "not" }, { text: "bad" }], directions: [] } as unknown as TextTrace;

describe("describeWord", () => {
  it("compares with the word before, in the direction of reading", () => {
    expect(describeWord(trace, direction(false), 1)).toBe(
      "At “bad” the forget gates keep 30 % of the memory on average, the input gates let in 90 %, the output gates show 0 %. Unit 2 changes most, from −0.25 to +0.75.",
    );
    expect(describeWord(trace, direction(true), 0)).toContain("Unit 2 changes most, from +0.75 to −0.25.");
  });

  it("starts from an empty memory", () => {
    expect(describeWord(trace, direction(false), 0)).toContain("Unit 1 changes most, from +0.00 to +0.50.");
    expect(describeWord(trace, direction(true), 1)).toContain("Unit 2 changes most, from +0.00 to +0.75.");
  });
});
