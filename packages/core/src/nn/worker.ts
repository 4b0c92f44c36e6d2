/** Entry of a worker thread: makes the same program over the same memory and does its share of the tasks. */
import { joinCrew } from "../kernels/index.js";
import { Program, type ProgramSettings } from "./program.js";

joinCrew<ProgramSettings>((kernels, thread, settings) => {
  const program = new Program(settings);
  return (kind, index) => program.runTask(kernels, thread, kind, index);
});
