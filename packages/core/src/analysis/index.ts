export type { Alarm, AlarmKind } from "./alarm.js";
export { type AuditReport, auditRatings, type RowsToAudit, type SuspiciousRow } from "./audit.js";
export { duplicatesAlarm, type HeldErrors, type MaskedRatings, ratingInTextAlarm } from "./leakAlarms.js";
export {
  type BaselineComparison,
  type IntervalScore,
  sameAnswer,
  samePrediction,
  worseThanBaseline,
} from "./modelAlarms.js";
export { findRatingMention, maskRatingMentions, type RatingMention } from "./ratingMentions.js";
export { isReversedThroughout, type ReversedBlock, reversalEvidence } from "./reversedScales.js";
export { type PartSample, type ShiftOptions, shiftAlarms } from "./shiftAlarms.js";
export {
  findSlices,
  type RowsToSlice,
  type Slice,
  type SliceAttribute,
  type SliceOptions,
  type SliceReport,
} from "./slices.js";
export type { StressKind } from "./stressCases.js";
export {
  type StressedModel,
  type StressFailure,
  type StressReport,
  type StressScore,
  stressRules,
  stressSuite,
} from "./stressSuite.js";
export { type TextTraits, textTraits } from "./textTraits.js";
export { type WorstError, WorstErrors } from "./worstErrors.js";
