export { Arena } from "./arena.js";
export { Crew, joinCrew, type TaskRunner } from "./crew.js";
export { allocateMemory, Kernels } from "./kernels.js";
export { compileKernels, type EngineInfo, engineInfo, type KernelOptions, planStart } from "./module.js";
export { adamStep, embeddingBlock, lstmBlock } from "./struct.js";
