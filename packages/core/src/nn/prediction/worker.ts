/** Entry of a worker thread: makes the same program over the same memory and does its share of the tasks. */
import { joinCrew, type PredictionFunctions } from "../../kernels/index.js";
import { PredictionProgram, type PredictionSettings } from "./program.js";

joinCrew<PredictionSettings, PredictionFunctions>((kernels, thread, settings) => {
  const program = new PredictionProgram(settings);
  return (kind, index) => program.runTask(kernels, thread, kind, index);
});
