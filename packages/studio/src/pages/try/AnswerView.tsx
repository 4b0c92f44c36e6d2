import type { Prediction, RatingScale } from "@starcast/core";
import { useEffect, useState } from "preact/hooks";
import { BarList } from "../../parts/BarList.js";
import { count, percent, score, signed } from "../../parts/numbers.js";

/** Pause in typing, in milliseconds, before a screen reader is told the result. */
const quietBeforeTelling = 800;

/** Labels that have a bar. */
const mostBars = 12;

/** The rating, how sure it is, and its distribution. */
export function AnswerView(props: {
  readonly title: string;
  readonly prediction: Prediction;
  readonly scale: RatingScale;
  /** Another answer to be compared with. */
  readonly against?: Prediction;
}) {
  const { title, prediction, scale, against } = props;
  const { rating, label, interval, probabilities, words, wordsRead, unknownWords } = prediction;
  const difference = against?.rating !== undefined && rating !== undefined ? against.rating - rating : undefined;
  return (
    <section class="answer" aria-label={title}>
      {against !== undefined && (
        <h3 dir="auto" class="quiet">
          {title}
        </h3>
      )}
      <p class="rating">
        <span class="number" dir="auto">
          {rating === undefined ? String(label) : score(rating, 2)}
        </span>{" "}
        <span class="quiet">{meaningOf(prediction, scale)}</span>
      </p>
      {difference !== undefined && (
        <p>
          The edited text is at <strong>{signed(difference)}</strong> from this.
        </p>
      )}
      {interval && (
        <p class="quiet">
          For nine of ten texts like this the true one is from {score(interval[0], 1)} to {score(interval[1], 1)}.
        </p>
      )}
      {probabilities && (
        <BarList
          label="Probability of each label"
          most={1}
          bars={likeliest(probabilities).map((each) => ({
            name: String(each.label),
            value: each.probability,
            shown: percent(each.probability),
            marked: each.label === label,
          }))}
        />
      )}
      {wordsRead < words && (
        <p class="quiet">
          The model reads the first {count(wordsRead)} of {count(words)} words.
        </p>
      )}
      {unknownWords > 0 && <p class="quiet">{percent(unknownWords, 0)} of the words are unknown to it.</p>}
      {against === undefined && <Told prediction={prediction} />}
    </section>
  );
}

function likeliest(probabilities: NonNullable<Prediction["probabilities"]>): NonNullable<Prediction["probabilities"]> {
  if (probabilities.length <= mostBars) return probabilities;
  return probabilities.toSorted((a, b) => b.probability - a.probability).slice(0, mostBars);
}

function meaningOf({ label, rating }: Prediction, scale: RatingScale): string {
  if (scale.task === "class") return "most likely label";
  if (scale.task === "number") return "predicted number";
  const { labels } = scale;
  const ends = `from ${labels[0]} to ${labels[labels.length - 1]}`;
  return rating === undefined ? ends : `expected rating, ${ends}; most likely ${label}`;
}

/** What a screen reader says when typing pauses. */
function Told({ prediction }: { readonly prediction: Prediction }) {
  const [told, setTold] = useState("");
  const { rating, label } = prediction;
  useEffect(() => {
    const timer = setTimeout(
      () => setTold(rating === undefined ? `Most likely ${label}.` : `Rating ${rating.toFixed(2)}.`),
      quietBeforeTelling,
    );
    return () => clearTimeout(timer);
  }, [rating, label]);
  return (
    <p class="for-screen-readers" role="status">
      {told}
    </p>
  );
}
