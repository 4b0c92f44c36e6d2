/** What the gates did at a word, in a sentence. */
import type { DirectionTrace, TextTrace } from "@starcast/core";
import { percent, signed } from "../../parts/numbers.js";

/** The word, what was kept and let in, and the unit whose memory changed most. */
export function describeWord(trace: TextTrace, direction: DirectionTrace, step: number): string {
  const { hiddenSize, reverse, forgetGate, inputGate, outputGate, cell } = direction;
  const at = (values: Float32Array, position: number) =>
    values.subarray(position * hiddenSize, (position + 1) * hiddenSize);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const before = step + (reverse ? 1 : -1);
  const isFirst = before < 0 || before >= trace.words.length;
  const old = isFirst ? new Float32Array(hiddenSize) : at(cell, before);
  const now = at(cell, step);
  let most = 0;
  for (let unit = 1; unit < hiddenSize; unit++) {
    if (Math.abs(now[unit] - old[unit]) > Math.abs(now[most] - old[most])) most = unit;
  }
  const word = trace.words[step]?.text ?? "";
  return `At “${word}” the forget gates keep ${percent(mean(at(forgetGate, step)), 0)} of the memory on average, the input gates let in ${percent(mean(at(inputGate, step)), 0)}, the output gates show ${percent(mean(at(outputGate, step)), 0)}. Unit ${most + 1} changes most, from ${signed(old[most])} to ${signed(now[most])}.`;
}
