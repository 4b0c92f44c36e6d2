import type { Kernels, PredictionFunctions } from "../../kernels/index.js";

/** The kernels for predictions on a memory. */
export type PredictionKernels = Kernels<PredictionFunctions>;
