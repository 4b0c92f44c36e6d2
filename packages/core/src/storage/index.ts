export { crc32, crc32OfArray } from "./crc32.js";
export { type HttpFolderOptions, httpFolder } from "./httpFolder.js";
export { decodeUtf8, encodeJson, type JsonLimits, parseJson } from "./json.js";
export { type CardData, type CardTraining, type ModelCardFacts, modelCard } from "./modelCard.js";
export type { CardBaselines, CardEvaluation } from "./modelCardResults.js";
export {
  checkFileName,
  type MemoryFolder,
  type ModelFolder,
  memoryFolder,
  missingFile,
  type ReadLimits,
  tooLarge,
} from "./modelFolder.js";
export { type DecodedSafetensors, decodeSafetensors, decodeTensor } from "./safetensorsDecode.js";
export { encodeSafetensors } from "./safetensorsEncode.js";
export {
  type DecodeOptions,
  readSafetensors,
  type StoredSafetensors,
  type StoredTensor,
} from "./safetensorsHeader.js";
export { decodeSealedTensors, joinPieces, type SealedFile, sealTensors } from "./sealedTensors.js";
export { elementCount, type NamedTensor, requireFinite, type StorableTensor } from "./tensor.js";
export {
  badValue,
  integerIn,
  listOf,
  numberIn,
  oneOf,
  type Place,
  type Range,
  type Read,
  RecordReader,
  readBoolean,
  readNumber,
  readRecord,
  stringUpTo,
} from "./validate.js";
