import type { Examination, TrainMetrics } from "@starcast/core";
import type { Measures } from "../verdict.js";

/** Everything that a report shows. Sections whose part is absent are left out. */
export interface ReportInput {
  /** What the model is called: its folder. */
  readonly name: string;
  readonly metrics?: TrainMetrics;
  /** What the result section shows, of the part that was examined. */
  readonly measures: Measures;
  readonly scale: TrainMetrics["scale"];
  readonly data: { readonly sources: readonly string[]; readonly text: readonly string[]; readonly label: string };
  readonly examination: Examination;
  /** When, and by what: `engine` such as Node or a browser, with its version. */
  readonly made: { readonly at: Date; readonly version: string; readonly engine: string; readonly system: string };
}
