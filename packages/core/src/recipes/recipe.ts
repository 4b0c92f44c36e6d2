import type { TrainingSettings } from "../training/settings.js";

/** The recipes that come with Starcast. */
export type RecipeName = "fixed" | "variable" | "glove" | "regression" | "best";

/** How the number of epochs follows the size of the data: see {@link adaptEpochs}. */
export interface EpochRange {
  /** Optimisation steps that small data should get, within `mostEpochs`. */
  readonly minSteps: number;
  /** Optimisation steps that are enough for large data, within `fewestEpochs`. */
  readonly maxSteps: number;
  readonly fewestEpochs: number;
  readonly mostEpochs: number;
}

/** Ready-made settings with a name. A recipe is plain data: copy one and change what should differ. */
export interface Recipe extends TrainingSettings {
  readonly name: string;
  /** One sentence for people who choose between recipes. */
  readonly description: string;
  /** Absent: the rounds are run as written, whatever the size of the data. */
  readonly epochRange?: EpochRange;
}
