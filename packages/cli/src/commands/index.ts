import { auditCommand } from "./audit.js";
import { checkCommand } from "./check.js";
import type { CommandSpec } from "./command.js";
import { compareCommand } from "./compare.js";
import { datasetsCommand } from "./datasets.js";
import { doctorCommand } from "./doctor.js";
import { evaluateCommand } from "./evaluate.js";
import { explainCommand } from "./explain.js";
import { exportCommand } from "./export.js";
import { importCommand } from "./import.js";
import { predictCommand } from "./predict.js";
import { quantizeCommand } from "./quantize.js";
import { sampleCommand } from "./sample.js";
import { serveCommand } from "./serve.js";
import { studioCommand } from "./studio.js";
import { trainCommand } from "./train.js";
import { tuneCommand } from "./tune.js";

/** All commands, in the order in which a newcomer meets them. */
export const commands: readonly CommandSpec[] = [
  doctorCommand,
  sampleCommand,
  datasetsCommand,
  checkCommand,
  trainCommand,
  evaluateCommand,
  predictCommand,
  explainCommand,
  compareCommand,
  tuneCommand,
  auditCommand,
  studioCommand,
  serveCommand,
  quantizeCommand,
  exportCommand,
  importCommand,
];
