import type { Label } from "@starcast/core";
import { count } from "../../parts/numbers.js";
import type { HeldQuestion } from "../../protocol.js";

/** Shades of a cell, as classes of the style. */
const shades = 6;

/** Who was taken for whom; a cell shows its reviews. */
export function ConfusionTable(props: {
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly Label[];
  readonly chosen: HeldQuestion["cell"];
  readonly onChoose: (cell: HeldQuestion["cell"]) => void;
}) {
  const { confusion, labels, chosen, onChoose } = props;
  return (
    <section aria-labelledby="confusion">
      <h2 id="confusion">Who is taken for whom</h2>
      <div class="scroll" role="region" aria-label="Confusion matrix" tabIndex={0}>
        <table class="confusion">
          <caption class="quiet">
            Each line a true label, each column the most likely one. A cell shows its rows.
          </caption>
          <thead>
            <tr>
              <th scope="col" class="quiet">
                true
              </th>
              {labels.map((label) => (
                <th key={label} scope="col" dir="auto">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((line, truth) => {
              const most = Math.max(1, ...line);
              return (
                <tr key={labels[truth]}>
                  <th scope="row" dir="auto">
                    {labels[truth]}
                  </th>
                  {line.map((rows, predicted) => {
                    const isChosen = chosen?.truth === truth && chosen.predicted === predicted;
                    return (
                      <td key={labels[predicted]}>
                        <Cell
                          rows={rows}
                          share={rows / most}
                          isChosen={isChosen}
                          label={`${count(rows)} rows with ${labels[truth]} taken for ${labels[predicted]}`}
                          onClick={() => onChoose(isChosen ? undefined : { truth, predicted })}
                        />
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell(props: {
  readonly rows: number;
  readonly share: number;
  readonly isChosen: boolean;
  readonly label: string;
  readonly onClick: () => void;
}) {
  const { rows, share, isChosen, label, onClick } = props;
  return (
    <button
      type="button"
      class={`cell shade${Math.round(shades * share)}`}
      aria-pressed={isChosen}
      disabled={rows === 0}
      aria-label={label}
      onClick={onClick}
    >
      {count(rows)}
    </button>
  );
}
