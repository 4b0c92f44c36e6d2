/** What an alarm is about. */
export type AlarmKind = "worseThanBaseline" | "sameAnswer" | "duplicates" | "ratingInText" | "shift";

/** Something that spoils a model, or flatters its result, and that nobody should have to find out later. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** What is wrong, and how much of it: whole sentences. */
  readonly finding: string;
  /** What to do about it: whole sentences. */
  readonly advice: string;
  /** The numbers of the finding, by name, for programs. */
  readonly numbers: Readonly<Record<string, number>>;
}
