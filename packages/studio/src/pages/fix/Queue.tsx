import type { Label } from "@starcast/core";
import { useState } from "preact/hooks";
import { count } from "../../parts/numbers.js";
import type { Correction } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";

/** A row to be decided about. */
export interface QueuedRow {
  readonly row: number;
  readonly text: string;
  readonly label: Label;
  /** What the text reads like, to be taken over with one key. */
  readonly suggestion?: Label;
  readonly note: string;
}

/** One row after the other, worked by keyboard: keep, correct, drop, back. */
export function Queue({ rows }: { readonly rows: readonly QueuedRow[] }) {
  const studio = useStudio();
  const corrections = useStudioState((state) => state.corrections);
  const histogram = useStudioState((state) => state.summary?.report.histogram ?? []);
  const [position, setPosition] = useState(0);
  if (rows.length === 0) return <p>There is nothing to decide: every rating has support in its text.</p>;
  if (position >= rows.length) {
    return (
      <p class="actions">
        That was the last one.
        <button type="button" class="secondary" onClick={() => setPosition(0)}>
          From the start
        </button>
      </p>
    );
  }
  const current = rows[position];
  const decide = (decision: Omit<Correction, "row" | "from"> | undefined) => {
    const others = corrections.filter(({ row }) => row !== current.row);
    const own = decision && { row: current.row, from: current.label, ...decision };
    void studio.correct(own ? [...others, own] : others);
    setPosition(position + 1);
  };
  const actions: QueueActions = {
    keep: () => decide(undefined),
    drop: () => decide({}),
    correct: (to) => decide(to === current.label ? undefined : { to }),
    back: () => setPosition(Math.max(0, position - 1)),
    skip: () => setPosition(position + 1),
  };
  const labels = histogram.map(({ label }) => label);
  return (
    <QueuedRowView
      row={current}
      place={`${count(position + 1)} of ${count(rows.length)}`}
      decided={corrections.find(({ row }) => row === current.row)}
      labels={labels}
      actions={actions}
    />
  );
}

interface QueueActions {
  readonly keep: () => void;
  readonly drop: () => void;
  readonly correct: (to: Label) => void;
  readonly back: () => void;
  readonly skip: () => void;
}

function QueuedRowView(props: {
  readonly row: QueuedRow;
  readonly place: string;
  readonly decided: Correction | undefined;
  readonly labels: readonly Label[];
  readonly actions: QueueActions;
}) {
  const { row, place, decided, labels, actions } = props;
  const { suggestion } = row;
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const label = labels.find((each) => String(each) === event.key);
    if (key === "k") actions.keep();
    else if (key === "d") actions.drop();
    else if (key === "c" && suggestion !== undefined) actions.correct(suggestion);
    else if (key === "arrowleft") actions.back();
    else if (key === "arrowright") actions.skip();
    else if (label !== undefined) actions.correct(label);
    else return;
    event.preventDefault();
  };
  return (
    <div class="queue" role="group" aria-label={`Row ${place}`} tabIndex={0} onKeyDown={onKey}>
      <p class="quiet">
        {place} · row {count(row.row)}
      </p>
      <p class="queued" dir="auto">
        {row.text}
      </p>
      <p>
        Rated <strong dir="auto">{row.label}</strong>. {row.note}{" "}
        {decided && <strong>{decided.to === undefined ? "You left it out." : `You made it ${decided.to}.`}</strong>}
      </p>
      <p class="actions">
        <KeyButton name="Keep" shortcut="K" onClick={actions.keep} />
        {suggestion !== undefined && (
          <KeyButton name={`Correct to ${suggestion}`} shortcut="C" onClick={() => actions.correct(suggestion)} />
        )}
        <KeyButton name="Drop the row" shortcut="D" onClick={actions.drop} />
        <KeyButton name="Back" shortcut="←" onClick={actions.back} />
      </p>
      {labels.length <= 12 && (
        <div class="actions" role="group" aria-label="Another rating">
          <span class="quiet">or rate it:</span>
          {labels.map((label) => (
            <button key={label} type="button" class="plain" onClick={() => actions.correct(label)}>
              {label}
            </button>
          ))}
        </div>
      )}
      <p class="quiet">Keys work while this box has the focus: K, C, D, ← and →, or the rating itself.</p>
    </div>
  );
}

function KeyButton(props: { readonly name: string; readonly shortcut: string; readonly onClick: () => void }) {
  const { name, shortcut, onClick } = props;
  return (
    <button type="button" class="secondary" aria-keyshortcuts={shortcut} onClick={onClick}>
      {name} <kbd aria-hidden="true">{shortcut}</kbd>
    </button>
  );
}
