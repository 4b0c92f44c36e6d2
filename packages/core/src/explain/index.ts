export type { ExplainedAnswer } from "./answer.js";
export { Explainer, type ExplainOptions } from "./explainer.js";
export type { Completeness, Explanation, WordEffect } from "./explanation.js";
export type { Reading } from "./readings.js";
export { type ChangeOptions, type SmallestChange, unitStep, type WordChange } from "./smallestChange.js";
export {
  type DirectionTrace,
  type DirectionWeights,
  type TextTrace,
  type TracedWord,
  traceDirection,
  traceText,
} from "./trace.js";
export type { WordEffectsOptions, WordInfluence } from "./wordEffects.js";
