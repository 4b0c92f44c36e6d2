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

/** How the number of members follows the size of the data: see {@link adaptMembers}. */
export interface MemberRange {
  /** Rows that all members learn from together, each row counted once a member. */
  readonly rows: number;
  readonly mostMembers: number;
}

/** How often words are learned from the texts follows how many there are: see {@link adaptPasses}. */
export interface PassRange {
  /** Texts that all passes read together, each counted once a pass. */
  readonly texts: number;
}

/** The rows that are not trained on. */
export interface HeldBack {
  /** Share of the rows for validation; 0.1. */
  readonly validationFraction: number;
  /** Share of the rows for the test part; 0.2. */
  readonly testFraction: number;
  /** Whether held-back rows stay whose text is trained on as well; false. */
  readonly keepDuplicates: boolean;
}

/** Ready-made settings with a name. A recipe is plain data: copy one and change what should differ. */
export interface Recipe extends TrainingSettings {
  readonly name: string;
  /** One sentence for people who choose between recipes. */
  readonly description: string;
  /** Absent: the rounds are run as written, whatever the size of the data. */
  readonly epochRange?: EpochRange;
  /** Absent: as many members as written, whatever the size of the data. */
  readonly memberRange?: MemberRange;
  /** Absent: as many passes of pretraining as written, however many texts there are. */
  readonly passRange?: PassRange;
  /** How rows are divided unless the caller says otherwise; absent: see {@link HeldBack}. */
  readonly heldBack?: Partial<HeldBack>;
}
