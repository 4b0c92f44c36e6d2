export type { ExplainedAnswer } from "./answer.js";
export { Explainer, type ExplainOptions } from "./explainer.js";
export type { Completeness, Explanation, WordEffect } from "./explanation.js";
