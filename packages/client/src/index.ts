/**
 * Client of the service that `starcast serve` starts, for Node and browsers.
 *
 * @module
 */
export {
  type ClientOptions,
  type EachOptions,
  type PredictOptions,
  type RequestOptions,
  StarcastClient,
} from "./client.js";
export { ServiceError } from "./errors.js";
export type {
  Explanation,
  Health,
  Label,
  LabelProbability,
  ModelDetails,
  ModelList,
  ModelSummary,
  Prediction,
  PredictionAnswer,
  PredictionsAnswer,
  ShadowReport,
  WordEffect,
} from "./types.generated.js";
