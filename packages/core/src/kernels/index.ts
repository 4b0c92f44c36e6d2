export { Arena } from "./arena.js";
export { allocateMemory, Kernels, planStart } from "./kernels.js";
export { type EngineInfo, engineInfo } from "./module.js";
export { adamStep, embeddingBlock, lstmBlock } from "./struct.js";
