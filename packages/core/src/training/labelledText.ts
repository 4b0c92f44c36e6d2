import type { Label } from "./scale.js";
import type { Time } from "./times.js";

/** One row of a data set. */
export interface LabelledText {
  readonly text: string;
  readonly label: Label;
  /** What the row belongs to (a product, an author): with `splitBy: "group"` a group is in one part as a whole. */
  readonly group?: Label | null;
  /** `train`, `validation` (or `valid`, `val`, `dev`, `eval`) or `test`, in any case: with `splitBy: "part"`. */
  readonly part?: string | null;
  /** When the text was written: with `splitBy: "time"` the newest rows are the test part. */
  readonly time?: Time | null;
}

/** Rows, at once or as they arrive; each text is read once and not kept. */
export type Rows = Iterable<LabelledText> | AsyncIterable<LabelledText>;
