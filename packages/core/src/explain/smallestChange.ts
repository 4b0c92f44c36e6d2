/** The fewest words that have to be taken out or replaced for the answer to move by a step. */
import { OptionError } from "../errors.js";
import type { ModelConfig } from "../model/config.js";
import type { Prediction } from "../model/prediction.js";
import type { RatingModel } from "../model/ratingModel.js";
import { valueOf } from "./answer.js";
import type { Explanation } from "./explanation.js";

/** A word that was taken out or replaced. */
export interface WordChange {
  /** Place in the original text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** As it stood there. */
  readonly from: string;
  /** What stands there now; absent where the word was taken out. */
  readonly to?: string;
}

/** A text in which few words differ and whose answer differs much. */
export interface SmallestChange {
  readonly direction: "up" | "down";
  /** In the order of the text. */
  readonly changes: readonly WordChange[];
  /** The changed text. */
  readonly text: string;
  /** What the model says to it. */
  readonly prediction: Prediction;
  /** The explained answer to it. */
  readonly value: number;
}

/** Options of `Explainer.smallestChange`. */
export interface ChangeOptions {
  readonly direction: "up" | "down";
  /** How far the answer has to move; default: see {@link unitStep}. Of no meaning for classes, where the label has to change. */
  readonly step?: number;
  /** Most words that are changed; default 3. */
  readonly maxChanges?: number;
}

/**
 * A star: 1, or the distance of neighbouring ratings where that is larger, or where the whole scale is shorter than 2. Of
 * numbers a standard deviation.
 */
export function unitStep({ scale }: Pick<ModelConfig, "scale">): number {
  if (scale.task === "number") return scale.deviation;
  if (scale.task === "class") return 1;
  const { values } = scale;
  const distances = values.slice(1).map((value, index) => value - values[index]);
  const smallest = Math.min(...distances);
  return values[values.length - 1] - values[0] >= 2 ? Math.max(1, smallest) : smallest;
}

/** Words that may be replaced: those which push most against the wanted direction. */
const replacedWords = 10;

/** Words that are taken out alone, those with the largest effects: the models that we train read no more. */
const removedWords = 200;

/** What is kept of a text behind the last word read, in code units: enough for words that move up when others go. */
const keptBehind = 4096;

/** Changed texts that are changed further. */
const beamWidth = 6;

/** Words to be taken out of texts that were changed already: those whose removal alone moved the answer most. */
const removedTogether = 12;

interface Goal {
  /** Whether a prediction is far enough. */
  readonly reached: (prediction: Prediction, value: number) => boolean;
  /** 1 upwards, -1 downwards. */
  readonly sign: number;
}

/** For each changed word, by its position among the words, what stands in its place; "" for nothing. */
type Edits = ReadonlyMap<number, string>;

interface Candidate {
  readonly edits: Edits;
  readonly text: string;
  readonly prediction: Prediction;
  readonly value: number;
}

/**
 * Beam search by real predictions: all single changes first, then changes of the best of them. Among the shortest that
 * reach the goal, the one with fewest words put in wins, then the one that a reader of the explanation would expect.
 *
 * @param replacements words to put in the place of others, the strongest first.
 */
export function findSmallestChange(
  model: RatingModel,
  explanation: Explanation,
  { direction, step = unitStep(model.config), maxChanges = 3 }: ChangeOptions,
  replacements: readonly string[],
): SmallestChange | undefined {
  if (!(step > 0 && Number.isInteger(maxChanges) && maxChanges >= 0)) {
    throw new OptionError(
      "bad-setting",
      `step must be above 0 and maxChanges a whole number, but they are ${step} and ${maxChanges}.`,
    );
  }
  const goal = goalOf(explanation, model.config, direction, step);
  if (goal === undefined) return undefined;
  const search = new Search(model, explanation, goal.sign);
  const pushing = positionsAgainst(explanation, goal.sign);
  let beam: Edits[] = [new Map()];
  let removable = strongest(explanation, removedWords);
  for (let changes = 1; changes <= maxChanges && beam.length > 0; changes++) {
    const candidates = search.tryAll(beam, removable, pushing, replacements);
    const reached = candidates.filter(({ prediction, value }) => goal.reached(prediction, value));
    if (reached.length > 0) return describe(model, explanation, direction, search.preferred(reached));
    const byMove = search.byMove(candidates);
    if (changes === 1) {
      const removals = byMove.filter(({ edits }) => [...edits.values()][0] === "");
      removable = removals.slice(0, removedTogether).map(({ edits }) => [...edits.keys()][0]);
    }
    beam = byMove.slice(0, beamWidth).map(({ edits }) => edits);
  }
  return undefined;
}

/** Undefined when nothing can reach it. */
function goalOf(
  { prediction, value }: Explanation,
  { scale }: ModelConfig,
  direction: "up" | "down",
  step: number,
): Goal | undefined {
  const sign = direction === "up" ? 1 : -1;
  if (scale.task === "class") {
    if (direction === "up") return undefined;
    return { sign, reached: (changed) => changed.label !== prediction.label };
  }
  const wanted = value + sign * step;
  if (scale.task === "rating") {
    const { values } = scale;
    if (wanted < values[0] || wanted > values[values.length - 1]) return undefined;
  }
  return { sign, reached: (_, changed) => sign * (changed - wanted) >= 0 };
}

/** Positions of the words with the largest effects, in the order of the text. */
function strongest({ words }: Explanation, most: number): number[] {
  const bySize = [...words.keys()].sort((a, b) => Math.abs(words[b].effect) - Math.abs(words[a].effect) || a - b);
  return bySize.slice(0, most).sort((a, b) => a - b);
}

/**
 * Positions of the words that push most against a direction; of all words when none does. Words of one or two Latin letters
 * are left: nothing but another of their kind fits there.
 */
function positionsAgainst({ words }: Explanation, sign: number): number[] {
  const order = [...words.keys()].filter((position) => {
    const { text } = words[position];
    return /[\p{L}\p{N}]/u.test(text) && (text.length > 2 || !/\p{Script=Latin}/u.test(text));
  });
  order.sort((a, b) => sign * (words[a].effect - words[b].effect) || a - b);
  const against = order.filter((position) => sign * words[position].effect < 0);
  return (against.length > 0 ? against : order).slice(0, replacedWords);
}

class Search {
  readonly #model: RatingModel;
  readonly #explanation: Explanation;
  readonly #sign: number;

  constructor(model: RatingModel, explanation: Explanation, sign: number) {
    this.#model = model;
    this.#explanation = explanation;
    this.#sign = sign;
  }

  /** Every text that has one change more than one of the beam. */
  tryAll(
    beam: readonly Edits[],
    removable: readonly number[],
    replaceable: readonly number[],
    replacements: readonly string[],
  ): Candidate[] {
    const all = new Map<string, { edits: Edits; text: string }>();
    const { words, readUpTo } = this.#explanation;
    // Of a text of megabytes, hundreds of copies would be too much.
    const text = this.#explanation.text.slice(0, readUpTo + keptBehind);
    const add = (edits: Edits) => {
      const changed = changedText(text, words, edits);
      if (/[\p{L}\p{N}]/u.test(changed)) all.set(changed, { edits, text: changed });
    };
    for (const edits of beam) {
      for (const position of removable) if (!edits.has(position)) add(new Map([...edits, [position, ""]]));
      for (const position of replaceable) {
        if (edits.has(position)) continue;
        for (const word of replacements) {
          const { token, text: replaced } = words[position];
          if (word !== token) add(new Map([...edits, [position, capitalisedLike(word, replaced)]]));
        }
      }
    }
    const candidates = [...all.values()];
    const predictions = this.#model.predict(candidates.map((candidate) => candidate.text));
    return candidates.map((candidate, index) => ({
      ...candidate,
      prediction: predictions[index],
      value: valueOf(this.#explanation.answer, predictions[index]),
    }));
  }

  byMove(candidates: readonly Candidate[]): Candidate[] {
    return candidates.toSorted((a, b) => this.#sign * (b.value - a.value));
  }

  /**
   * Fewest words put in; then the changes that a reader of the explanation expects: of words that push hard against the
   * direction, by words of the same form; then the largest move.
   */
  preferred(candidates: readonly Candidate[]): Candidate {
    const { words } = this.#explanation;
    const hardest = Math.max(...words.map(({ effect }) => -this.#sign * effect), Number.MIN_VALUE);
    const replaced = ({ edits }: Candidate) => [...edits.values()].filter((word) => word !== "").length;
    const expected = ({ edits }: Candidate) =>
      [...edits].reduce((sum, [position, word]) => {
        const { effect, token } = words[position];
        return (
          sum + (-this.#sign * effect) / hardest + (word === "" ? 0 : commonEnding(token, word.toLowerCase()) / 10)
        );
      }, 0);
    return this.byMove(candidates).toSorted((a, b) => replaced(a) - replaced(b) || expected(b) - expected(a))[0];
  }
}

/** Letters that both words end in, up to 3: in many languages they tell the form, as in "perfectly" and "poorly". */
function commonEnding(one: string, other: string): number {
  let letters = 0;
  while (letters < 3 && letters < one.length && one.at(-1 - letters) === other.at(-1 - letters)) letters++;
  return letters;
}

function changedText(text: string, words: Explanation["words"], edits: Edits): string {
  let result = "";
  let copied = 0;
  for (const [position, word] of [...edits].sort(([a], [b]) => a - b)) {
    const { start, end } = words[position];
    result += text.slice(copied, start) + word;
    copied = end;
    if (word !== "") continue;
    // A word that is taken out leaves one blank, not two, and none at the beginning or before a stop.
    if (/^[.,;:!?)]/.test(text.slice(copied))) result = result.trimEnd();
    else if (/(^|\s)$/.test(result)) while (/\s/.test(text.charAt(copied))) copied++;
  }
  return result + text.slice(copied);
}

/** A word in capitals like the one that it replaces. */
function capitalisedLike(word: string, model: string): string {
  if (model.length > 1 && model === model.toUpperCase() && model !== model.toLowerCase()) return word.toUpperCase();
  const first = model.charAt(0);
  return first === first.toLowerCase() ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

function describe(
  model: RatingModel,
  { text: original, words, answer }: Explanation,
  direction: "up" | "down",
  { edits }: Candidate,
): SmallestChange {
  const changes = [...edits]
    .sort(([a], [b]) => a - b)
    .map(([position, word]) => {
      const { start, end, text: from } = words[position];
      return { start, end, from, ...(word !== "" && { to: word }) };
    });
  const text = changedText(original, words, edits);
  const prediction = model.predict(text);
  return { direction, changes, text, prediction, value: valueOf(answer, prediction) };
}
