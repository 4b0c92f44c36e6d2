/** Where runs are laid side by side: curves, settings that differ, and whether the difference is more than chance. */
import { useState } from "preact/hooks";
import { Notice } from "../../parts/Notice.js";
import { score } from "../../parts/numbers.js";
import type { Run } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { CurveOverlay } from "./CurveOverlay.js";
import { DifferenceView } from "./DifferenceView.js";
import { SettingsTable } from "./SettingsTable.js";

/** Runs whose curves can be told apart. */
const mostChosen = 4;

export function ComparePage() {
  const runs = useStudioState((state) => state.runs);
  const [chosen, setChosen] = useState<readonly string[]>(() => runs.slice(0, 2).map(({ id }) => id));
  const shown = chosen.flatMap((id) => runs.filter((run) => run.id === id));
  return (
    <>
      <h1>Compare</h1>
      {runs.length < 2 && (
        <Notice mood="unsure">
          There {runs.length === 1 ? "is one run" : "are no runs"} yet; <a href="#train">train</a> with other settings
          or another seed to compare.
        </Notice>
      )}
      {runs.length > 0 && <RunTable runs={runs} chosen={chosen} onChoose={setChosen} />}
      {shown.length > 0 && <CurveOverlay runs={shown} />}
      {shown.length > 1 && <SettingsTable runs={shown} />}
      {shown.length === 2 && <DifferenceView key={chosen.join()} first={shown[0]} second={shown[1]} />}
    </>
  );
}

function RunTable(props: {
  readonly runs: readonly Run[];
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}) {
  const { runs, chosen, onChoose } = props;
  const studio = useStudio();
  const toggle = (id: string) =>
    onChoose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id].slice(-mostChosen));
  return (
    <div class="scroll" role="region" aria-label="Runs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">data</th>
            <th scope="col">recipe</th>
            <th scope="col">result</th>
            <th scope="col">fingerprint</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <label>
                  <input type="checkbox" checked={chosen.includes(run.id)} onChange={() => toggle(run.id)} /> {run.name}
                </label>
              </th>
              <td dir="auto">{run.data.name}</td>
              <td>{run.metrics.recipe}</td>
              <td>{resultOf(run)}</td>
              <td>
                <code>{run.fingerprint.slice(0, 8)}</code>
              </td>
              <td>
                <button type="button" class="plain" onClick={() => void studio.forget(run)}>
                  Forget<span class="for-screen-readers"> {run.name}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function resultOf({ metrics }: Run): string {
  const part = metrics.test ?? metrics.validation;
  return "rmse" in part ? `RMSE ${score(part.rmse)}` : `macro F1 ${score(part.macroF1)}`;
}
