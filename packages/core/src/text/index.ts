export { articleTokenizer } from "./articleTokenizer.js";
export { cleanText } from "./clean.js";
export {
  type EncodedTexts,
  type EncodeOptions,
  encodeTexts,
  encodeTokens,
  type IdArray,
  TextEncoding,
} from "./encode.js";
export { linesOf } from "./lines.js";
export { checkTextLength } from "./textLength.js";
export { createTokenizer, type Tokenizer, type TokenizerName } from "./tokenizer.js";
export { type TokenSpan, tokenSpans } from "./tokenSpans.js";
export { paddingId, unknownId, Vocabulary, type VocabularyOptions } from "./vocabulary.js";
export { wordTokenizer } from "./wordTokenizer.js";
export {
  buildEmbeddingMatrix,
  readWordVectors,
  type WordVectorCoverage,
  type WordVectorOptions,
  type WordVectors,
} from "./wordVectors.js";
