import type { PairedDifference } from "@starcast/core";
import { useState } from "preact/hooks";
import { Notice } from "../../parts/Notice.js";
import { score, signed } from "../../parts/numbers.js";
import type { Run } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";

/** Whether two runs differ by more than chance: both rate the same rows, which neither has learned from. */
export function DifferenceView({ first, second }: { readonly first: Run; readonly second: Run }) {
  const studio = useStudio();
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  const [found, setFound] = useState<readonly PairedDifference[]>();
  const compare = () =>
    studio.attempt("Comparing on the rows that both held out", async () => {
      setFound(await studio.learner.ask("compare", [first, second]));
    });
  return (
    <section aria-labelledby="difference">
      <h2 id="difference">Is the difference more than chance?</h2>
      {found === undefined ? (
        <button type="button" disabled={busy} onClick={() => void compare()}>
          Compare {first.name} with {second.name}
        </button>
      ) : (
        <>
          <Notice mood={found[0]?.better ? "good" : "unsure"}>{verdictOf(found[0], first, second)}</Notice>
          <DifferenceTable differences={found} first={first} second={second} />
        </>
      )}
    </section>
  );
}

function verdictOf(difference: PairedDifference | undefined, first: Run, second: Run): string {
  if (difference === undefined) return "Nothing can be compared.";
  const { better, measure, interval } = difference;
  const range = `95 % interval of the difference in ${measure}: ${signed(interval[0], 3)} to ${signed(interval[1], 3)}`;
  if (better === undefined) return `On these rows the difference is within noise (${range}).`;
  return `${better === "first" ? first.name : second.name} is better by more than chance (${range}).`;
}

/** All measures, before and after. */
export function DifferenceTable(props: {
  readonly differences: readonly PairedDifference[];
  readonly first: Run;
  readonly second: Run;
}) {
  const { differences, first, second } = props;
  return (
    <div class="scroll" role="region" aria-label="Differences" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">measure</th>
            <th scope="col">{first.name}</th>
            <th scope="col">{second.name}</th>
            <th scope="col">difference</th>
            <th scope="col">95 % interval</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((each) => (
            <tr key={each.measure}>
              <th scope="row">
                {each.measure} <span class="quiet">({each.lowerIsBetter ? "lower" : "higher"} is better)</span>
              </th>
              <td>{score(each.first)}</td>
              <td>{score(each.second)}</td>
              <td>{signed(each.difference, 3)}</td>
              <td>
                {signed(each.interval[0], 3)} to {signed(each.interval[1], 3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
