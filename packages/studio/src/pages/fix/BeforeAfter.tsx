import type { PairedDifference } from "@starcast/core";
import { useState } from "preact/hooks";
import { counted } from "../../parts/numbers.js";
import type { Run } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { DifferenceTable } from "../compare/DifferenceView.js";

/** The last run with corrections beside the one before it, on the same rows with the corrected ratings. */
export function BeforeAfter() {
  const runs = useStudioState((state) => state.runs);
  const after = runs.find(({ corrections }) => corrections.length > 0);
  const before = after && runs.find(({ id }) => id === after.divisionOf);
  if (after === undefined || before === undefined) return null;
  return <Comparison key={after.id} before={before} after={after} />;
}

function Comparison({ before, after }: { readonly before: Run; readonly after: Run }) {
  const studio = useStudio();
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  const [found, setFound] = useState<readonly PairedDifference[]>();
  const compare = () =>
    studio.attempt("Comparing before and after", async () => {
      setFound(await studio.learner.ask("compare", [before, after]));
    });
  return (
    <section aria-labelledby="before-after">
      <h2 id="before-after">Before and after</h2>
      <p>
        {after.name} learned with {counted(after.corrections.length, "correction")}, {before.name} without. Both are
        measured on the same held-out rows, with the ratings as you corrected them.
      </p>
      {found ? (
        <DifferenceTable differences={found} first={before} second={after} />
      ) : (
        <button type="button" class="secondary" disabled={busy} onClick={() => void compare()}>
          Compare {before.name} and {after.name}
        </button>
      )}
    </section>
  );
}
