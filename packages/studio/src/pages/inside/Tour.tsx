import { useEffect, useState } from "preact/hooks";
import { NumberGrid } from "../../parts/NumberGrid.js";
import type { Demo } from "../../protocol.js";
import { useStudio } from "../../store/context.js";
import { tourSteps } from "./tourSteps.js";

/** The three rows of the article's example. */
const rows: readonly (readonly number[])[] = [
  [1, 2, 12, 34, 56, 78, 90, 80],
  [12, 45, 99, 67, 6, 23, 77, 82],
  [3, 24, 6, 99, 12, 56, 21, 22],
];

/** Follows eight tokens through a tiny LSTM, a gate at a time. */
export function Tour() {
  const studio = useStudio();
  const [step, setStep] = useState(0);
  const [ids, setIds] = useState(rows[0]);
  const [demo, setDemo] = useState<Demo>();
  useEffect(() => {
    let isOld = false;
    void studio.answerer.ask("demo", ids).then((answer) => {
      if (!isOld) setDemo(answer);
    });
    return () => {
      isOld = true;
    };
  }, [studio, ids]);
  const { title, text, formula, rows: rowsOf, most } = tourSteps[step];
  return (
    <section aria-labelledby="tour" class="tour">
      <h2 id="tour">
        A tour on eight tokens{" "}
        <span class="quiet">
          {step + 1} of {tourSteps.length}
        </span>
      </h2>
      <TokenFields ids={ids} onChange={setIds} />
      <div aria-live="polite">
        <h3>{title}</h3>
        <p>{text}</p>
        {formula && (
          <p>
            <code>{formula}</code>
          </p>
        )}
      </div>
      {demo && <NumberGrid label={title} columns={ids.map(String)} rows={rowsOf(demo)} most={most} />}
      <p class="actions">
        <button type="button" class="secondary" disabled={step === 0} onClick={() => setStep(step - 1)}>
          Back
        </button>
        <button type="button" disabled={step === tourSteps.length - 1} onClick={() => setStep(step + 1)}>
          Next
        </button>
        {step === tourSteps.length - 1 && <span>Now look at a trained one, below.</span>}
      </p>
    </section>
  );
}

/** The tokens as numbers that can be changed, or one of the article's rows. */
function TokenFields(props: { readonly ids: readonly number[]; readonly onChange: (ids: readonly number[]) => void }) {
  const { ids, onChange } = props;
  return (
    <fieldset class="tokens">
      <legend>Tokens, 0 to 99</legend>
      {ids.map((id, position) => (
        <input
          // Tokens stay in their places.
          key={position}
          type="number"
          min="0"
          max="99"
          aria-label={`Token ${position + 1}`}
          value={id}
          onInput={({ currentTarget }) => {
            const value = Math.min(99, Math.max(0, Math.round(Number(currentTarget.value))));
            onChange(ids.with(position, value));
          }}
        />
      ))}
      {rows.map((row, index) => (
        <button key={row.join()} type="button" class="plain" onClick={() => onChange(row)}>
          row {index + 1} of the article
        </button>
      ))}
    </fieldset>
  );
}
