export { type ColumnGuess, guessLabelColumn, guessTextColumns } from "./columnGuess.js";
export { type ColumnProfile, profileColumn } from "./columnProfile.js";
export { type LabelOptions, labelParser } from "./labelParser.js";
export { makeSample, type SampleReview, sampleSize } from "./sample.js";
export { checkTexts, type PlacedText, type PlacedTexts, type TextsCheckOptions } from "./textsCheck.js";
export type { DuplicateGroup, Finding, LabelShare, RowExample, TextsReport } from "./textsReport.js";
