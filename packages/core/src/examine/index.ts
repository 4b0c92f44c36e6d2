export type {
  Examination,
  ExaminedPart,
  Explanations,
  ListedWord,
  MarkedPiece,
  PartSummary,
} from "./examination.js";
export { type ExaminedSource, type ExamineOptions, examineRows, examineRun, type RunSources } from "./examineRun.js";
export type { HeldOutRow } from "./heldOutRows.js";
