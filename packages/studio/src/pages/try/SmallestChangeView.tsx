import type { RatingScale, SmallestChange } from "@starcast/core";
import { useState } from "preact/hooks";
import { score } from "../../parts/numbers.js";
import { unitOf } from "../../parts/units.js";
import { asProblem } from "../../problem.js";
import { useStudio } from "../../store/context.js";

/** Null: there is none. */
type Found = { readonly change: SmallestChange | null } | { readonly problem: string } | "searching";

/** The smallest edit that moves the answer by a star, looked for when asked. */
export function SmallestChangeView({ text, scale }: { readonly text: string; readonly scale: RatingScale }) {
  const studio = useStudio();
  const [up, setUp] = useState<Found>();
  const [down, setDown] = useState<Found>();
  const isClass = scale.task === "class";
  const search = (direction: "up" | "down", show: (found: Found) => void) => {
    show("searching");
    studio.answerer.ask("change", { text, direction }).then(
      (change) => show({ change }),
      (error: unknown) => show({ problem: asProblem(error).message }),
    );
  };
  const unit = unitOf(scale) === "stars" ? "a star" : "a step";
  return (
    <section aria-labelledby="change">
      <h2 id="change">The smallest edit that changes it</h2>
      <p class="actions">
        <button type="button" class="secondary" disabled={up === "searching"} onClick={() => search("up", setUp)}>
          {isClass ? "For another label" : `For ${unit} more`}
        </button>
        {!isClass && (
          <button
            type="button"
            class="secondary"
            disabled={down === "searching"}
            onClick={() => search("down", setDown)}
          >
            For {unit} less
          </button>
        )}
      </p>
      <div role="status">
        <ChangeView found={up} text={text} />
        <ChangeView found={down} text={text} />
      </div>
    </section>
  );
}

function ChangeView({ found, text }: { readonly found: Found | undefined; readonly text: string }) {
  if (found === undefined) return null;
  if (found === "searching") return <p class="quiet">Searching …</p>;
  if ("problem" in found) return <p>{found.problem}</p>;
  if (found.change === null) return <p>No edit of up to three words does it.</p>;
  const { changes, value, prediction } = found.change;
  const pieces = [];
  let at = 0;
  for (const { start, end, from, to } of changes) {
    pieces.push(text.slice(at, start), <del key={`from ${start}`}>{from}</del>);
    if (to !== undefined) pieces.push(" ", <ins key={`to ${start}`}>{to}</ins>);
    at = end;
  }
  pieces.push(text.slice(at));
  return (
    <p>
      <strong>{prediction.rating === undefined ? String(prediction.label) : score(value, 2)}</strong>:{" "}
      <span dir="auto">{pieces}</span>
    </p>
  );
}
