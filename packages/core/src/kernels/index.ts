export { Arena } from "./arena.js";
export { compileByteKernels } from "./byteKernels.js";
export { Crew, joinCrew, type TaskRunner } from "./crew.js";
export { allocateMemory, Kernels } from "./kernels.js";
export { type EngineInfo, engineInfo, type KernelOptions } from "./module.js";
export {
  type CompiledKernels,
  compilePredictionKernels,
  type PredictionFunctions,
  predictionPlanStart,
  rowAttentionBlock,
  rowLstmBlock,
  useKernels,
} from "./predictionKernels.js";
export { adamStep, attentionBlock, embeddingBlock, lstmBlock, skipGramBlock, tokenGrouping } from "./struct.js";
export { compileKernels, planStart } from "./trainingKernels.js";
