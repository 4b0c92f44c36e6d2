/** Everything that `@starcast/core` offers; nothing else is reachable from outside. */

export {
  type Alarm,
  type AlarmKind,
  type AuditReport,
  auditRatings,
  type BaselineComparison,
  duplicatesAlarm,
  findRatingMention,
  findSlices,
  type HeldErrors,
  type IntervalScore,
  isReversedThroughout,
  type MaskedRatings,
  maskRatingMentions,
  type PartSample,
  type RatingMention,
  type ReversedBlock,
  type RowsToAudit,
  type RowsToSlice,
  ratingInTextAlarm,
  reversalEvidence,
  type ShiftOptions,
  type Slice,
  type SliceAttribute,
  type SliceOptions,
  type SliceReport,
  type StressedModel,
  type StressFailure,
  type StressKind,
  type StressReport,
  type StressScore,
  type SuspiciousRow,
  sameAnswer,
  samePrediction,
  shiftAlarms,
  stressRules,
  stressSuite,
  type TextTraits,
  textTraits,
  type WorstError,
  WorstErrors,
  worseThanBaseline,
} from "./analysis/index.js";
export { LinearTextModel, type LinearTrainOptions } from "./baselines/linearTextModel.js";
export { DataError, DivergedError, EngineError, FormatError, OptionError, StarcastError } from "./errors.js";
export {
  type ChangeOptions,
  type Completeness,
  type ExplainedAnswer,
  Explainer,
  type ExplainOptions,
  type Explanation,
  type Reading,
  type SmallestChange,
  unitStep,
  type WordChange,
  type WordEffect,
  type WordEffectsOptions,
  type WordInfluence,
} from "./explain/index.js";
export { type CompiledKernels, type EngineInfo, engineInfo, useKernels } from "./kernels/index.js";
export {
  accuracy,
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapIntervals,
  type Calibration,
  type ClassEvaluation,
  type ClassesToEvaluate,
  calibration,
  confusionMatrix,
  cutClass,
  type DecodingScore,
  type DecodingScores,
  evaluateClasses,
  evaluateNumbers,
  evaluateRatings,
  type Interval,
  logLoss,
  macroF1,
  meanAbsoluteError,
  meanStatistic,
  medianClass,
  type NumberEvaluation,
  type NumbersToEvaluate,
  type NumericRatingsToEvaluate,
  offByOneAccuracy,
  type ProbabilitiesToCalibrate,
  quadraticWeightedKappa,
  type RatingBin,
  type RatingEvaluation,
  type RatingsToEvaluate,
  type ReliabilityBin,
  type RowStatistic,
  ratingCalibration,
  rootMeanSquaredError,
  type Spread,
  scoreDecodings,
  spreadOf,
} from "./metrics/index.js";
export type { BaselineResults } from "./model/baselines.js";
export type { CardDetails } from "./model/card.js";
export {
  type Checkpoint,
  type CheckpointOptions,
  type CheckpointSummary,
  readCheckpoint,
} from "./model/checkpoint.js";
export { compareAnswers, type PairedDifference } from "./model/compareAnswers.js";
export { type ModelConfig, modelFormat, readModelConfig, type TrainingFacts } from "./model/config.js";
export {
  type CrossValidatedEvent,
  type CrossValidation,
  type CrossValidationEvent,
  type CrossValidationOptions,
  crossValidate,
  type FoldEvent,
  type FoldsEvent,
  type FoldTrainingEvent,
} from "./model/crossValidate.js";
export { divideRows } from "./model/divideRows.js";
export type { BaselinesEvent, DoneEvent, PreparedEvent, ResumedEvent, TrainEvent } from "./model/events.js";
export type { FittingChanges, MemoryOptions, MemoryPlan } from "./model/memory.js";
export type { CalibrationResult, DatasetCounts, TrainMetrics, VocabularyCounts } from "./model/metrics.js";
export type { TrainOptions } from "./model/options.js";
export type { LabelProbability, Prediction } from "./model/prediction.js";
export type { RatedRows } from "./model/ratedRows.js";
export {
  type EvaluateOptions,
  type LoadOptions,
  type ModelParts,
  RatingModel,
  type SaveOptions,
} from "./model/ratingModel.js";
export { readRecipe } from "./model/recipeFile.js";
export { type TrainModelOptions, train, trainModel } from "./model/train.js";
export {
  Adam,
  type AdamOptions,
  AdamW,
  type Batch,
  clipGradientNorm,
  createNetwork,
  createTrainableNetwork,
  crossEntropyLoss,
  Dropout,
  type DropoutOptions,
  Embedding,
  type EmbeddingOptions,
  type IdTensor,
  idTensor,
  type Layer,
  Linear,
  type LinearOptions,
  type Loss,
  Lstm,
  type LstmInput,
  type LstmInputGradient,
  type LstmOptions,
  type LstmOutput,
  type LstmOutputGradient,
  type LstmState,
  meanSquaredErrorLoss,
  membersOf,
  type Network,
  type NetworkConfig,
  type NetworkOptions,
  type OptimizerConfig,
  type Parameter,
  Sequential,
  type Tensor,
  type TrainableNetwork,
  type TrainableNetworkOptions,
  type TrainerConfig,
  type TrainerState,
  tensor,
  wideTensorsOf,
  zeroGradients,
} from "./nn/index.js";
export { Random } from "./random.js";
export type { EpochRange, HeldBack, MemberRange, Recipe, RecipeName } from "./recipes/recipe.js";
export {
  adaptEpochs,
  adaptMembers,
  findRecipe,
  fitRounds,
  heldBackFor,
  recipes,
  resolveSettings,
  type SettingsOverrides,
} from "./recipes/resolve.js";
export {
  checkFileName,
  type DecodedSafetensors,
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type HttpFolderOptions,
  httpFolder,
  type MemoryFolder,
  type ModelCardFacts,
  type ModelFolder,
  memoryFolder,
  missingFile,
  modelCard,
  type NamedTensor,
  type ReadLimits,
  requireFinite,
  tooLarge,
} from "./storage/index.js";
export {
  articleTokenizer,
  buildEmbeddingMatrix,
  cleanText,
  createTokenizer,
  type EncodedTexts,
  type EncodeOptions,
  encodeTexts,
  encodeTokens,
  linesOf,
  paddingId,
  readWordVectors,
  type Tokenizer,
  type TokenizerName,
  type TokenSpan,
  tokenSpans,
  unknownId,
  Vocabulary,
  type VocabularyOptions,
  type WordVectorCoverage,
  type WordVectorOptions,
  type WordVectors,
  wordTokenizer,
} from "./text/index.js";
export type { FittedCalibration, IntervalRule } from "./training/calibration.js";
export type { Outputs } from "./training/decode.js";
export type { PartOptions, Parts, SplitBy } from "./training/division.js";
export type { RemovedDuplicates } from "./training/duplicates.js";
export type {
  BatchEvent,
  CheckpointEvent,
  DivergedEvent,
  EpochEvent,
  EpochRecord,
  EstimateEvent,
  FitEvent,
  StopReason,
} from "./training/fitEvents.js";
export { type Head, heads, isOrdinal, outputsOf } from "./training/heads.js";
export type { LabelledText } from "./training/labelledText.js";
export type { ClassScale, Label, NumberScale, OrderedScale, RatingScale, Task } from "./training/scale.js";
export type { Evaluation } from "./training/score.js";
export {
  type NetworkSizes,
  type Round,
  type TrainingSettings,
  totalEpochs,
  type VocabularySettings,
} from "./training/settings.js";
export { type Split, type SplitOptions, splitRows } from "./training/split.js";
export type { Time } from "./training/times.js";
