import type { RatingScale } from "@starcast/core";
import { useEffect, useState } from "preact/hooks";
import { count, counted, score, signed } from "../../parts/numbers.js";
import { asProblem } from "../../problem.js";
import type { HeldQuestion, HeldRow } from "../../protocol.js";
import { useStudio } from "../../store/context.js";

/** Rows that are added when more are asked for. */
const more = 50;

/** The rows that a click on a chart, or a search, asks for; the largest errors first. */
export function RowsPanel(props: {
  readonly question: HeldQuestion;
  readonly scale: RatingScale;
  readonly onAsk: (question: Omit<HeldQuestion, "most">) => void;
}) {
  const { question, scale, onAsk } = props;
  const studio = useStudio();
  const [found, setFound] = useState<{ count: number; rows: readonly HeldRow[] }>({ count: 0, rows: [] });
  const [problem, setProblem] = useState("");
  const [most, setMost] = useState(question.most);
  useEffect(() => setMost(question.most), [question]);
  useEffect(() => {
    let isOld = false;
    studio.learner.ask("held", { ...question, most }).then(
      (answer) => {
        if (!isOld) setFound(answer);
      },
      (error: unknown) => setProblem(asProblem(error).message),
    );
    return () => {
      isOld = true;
    };
  }, [studio, question, most]);
  return (
    <section aria-labelledby="rows">
      <h2 id="rows">{titleOf(question, scale)}</h2>
      <p class="actions">
        <label>
          <span class="for-screen-readers">Search in the texts</span>
          <input
            type="search"
            placeholder="search in the texts"
            value={question.text ?? ""}
            onInput={(event) => onAsk({ ...question, text: event.currentTarget.value })}
          />
        </label>
        <span class="quiet" role="status">
          {counted(found.count, "row")}
        </span>
        {(question.cell ?? question.errors) !== undefined && (
          <button type="button" class="plain" onClick={() => onAsk({})}>
            Show all
          </button>
        )}
      </p>
      {problem !== "" && <p class="warning">{problem}</p>}
      <ul class="rows">
        {found.rows.map((row) => (
          <HeldRowItem key={`${row.file ?? ""} ${row.row}`} row={row} />
        ))}
      </ul>
      {found.count > found.rows.length && (
        <button type="button" class="secondary" onClick={() => setMost(most + more)}>
          Show more
        </button>
      )}
    </section>
  );
}

function HeldRowItem({ row: { file, row, text, truth, prediction, label, error } }: { readonly row: HeldRow }) {
  const isNumber = typeof prediction === "number";
  return (
    <li>
      <span class="label" dir="auto">
        {truth}
      </span>
      <span dir="auto">{text.trim() === "" ? <i>no text</i> : text}</span>
      <span class="quiet">
        predicted {isNumber ? score(prediction, 2) : prediction}
        {isNumber && ` (${signed(error)})`}
        {isNumber && label !== undefined && `, most likely ${label}`} · {file !== undefined && `${file}, `}row{" "}
        {count(row)}
      </span>
    </li>
  );
}

function titleOf({ cell, errors, text }: HeldQuestion, scale: RatingScale): string {
  if (cell && scale.task !== "number") {
    return `Rows with ${scale.labels[cell.truth]} taken for ${scale.labels[cell.predicted]}`;
  }
  if (errors) return `Rows with errors from ${signed(errors[0])} to ${signed(errors[1])}`;
  return text ? "Rows that hold it, the largest errors first" : "The largest errors";
}
