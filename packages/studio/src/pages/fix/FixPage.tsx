/** Where wrong ratings are found and put right, and what that is worth. */
import { useState } from "preact/hooks";
import { download } from "../../parts/download.js";
import { Notice } from "../../parts/Notice.js";
import { count, counted, percent } from "../../parts/numbers.js";
import type { Audit, AuditNews } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { BeforeAfter } from "./BeforeAfter.js";
import { Queue } from "./Queue.js";

export function FixPage() {
  const summary = useStudioState((state) => state.summary);
  const run = useStudioState((state) => state.current);
  const canAudit = summary !== undefined && summary.blocked === undefined;
  return (
    <>
      <h1>Fix</h1>
      <p class="lead">
        Ratings are slips of the mouse, turned scales, reviews under the wrong product. Each row is rated by a model
        that has not seen it; where text and rating contradict each other, you decide.
      </p>
      {canAudit ? (
        <FixView key={run?.id ?? "none"} />
      ) : (
        <Notice mood="unsure">
          There is no data yet. <a href="#data">Choose a file or the sample</a> first.
        </Notice>
      )}
    </>
  );
}

function FixView() {
  const audit = useStudioState((state) => state.audit);
  const [list, setList] = useState<"doubtful" | "teaching">("doubtful");
  return (
    <>
      <AuditControl hasAudit={audit !== undefined} />
      {audit && (
        <>
          <p>
            {counted(audit.doubtful.length, "rating")} of {count(audit.rows)} are doubtful.{" "}
            {audit.reversed.length > 0 &&
              `${counted(audit.reversed.length, "block")} of rows read as if the scale was turned round.`}
          </p>
          <div class="actions" role="group" aria-label="Which rows">
            <button
              type="button"
              class={list === "doubtful" ? "" : "secondary"}
              aria-pressed={list === "doubtful"}
              onClick={() => setList("doubtful")}
            >
              Doubtful ratings
            </button>
            {audit.teaching.length > 0 && (
              <button
                type="button"
                class={list === "teaching" ? "" : "secondary"}
                aria-pressed={list === "teaching"}
                onClick={() => setList("teaching")}
              >
                Texts whose rating would teach most
              </button>
            )}
          </div>
          <Queue key={list} rows={rowsOf(audit, list)} />
        </>
      )}
      <CorrectedActions />
      <BeforeAfter />
    </>
  );
}

/** The rows of a list with what is said about each. */
function rowsOf(audit: Audit, list: "doubtful" | "teaching") {
  if (list === "teaching") {
    return audit.teaching.map(({ row, text, label, uncertainty }) => ({
      row,
      text,
      label,
      note: `The models are unsure: ${percent(uncertainty, 0)} of the largest possible uncertainty.`,
    }));
  }
  return audit.doubtful.map(({ row, text, label, predicted, likely, doubt }) => ({
    row,
    text,
    label,
    suggestion: likely,
    note: `Reads like ${likely ?? predicted?.toFixed(2) ?? "another"}${predicted !== undefined && likely !== undefined ? ` (${predicted.toFixed(2)} on average)` : ""}; doubt ${percent(doubt, 0)}.`,
  }));
}

function AuditControl({ hasAudit }: { readonly hasAudit: boolean }) {
  const studio = useStudio();
  const progress = useStudioState((state) => state.auditing);
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  if (progress) {
    return (
      <p class="actions">
        <progress aria-label="Folds done" max={progress.folds} value={doneOf(progress)} />
        <span class="quiet">
          fold {progress.fold} of {progress.folds}
        </span>
        <button type="button" class="secondary" onClick={() => void studio.stop()}>
          Stop
        </button>
      </p>
    );
  }
  return (
    <p class="actions">
      <button type="button" class={hasAudit ? "secondary" : ""} disabled={busy} onClick={() => void studio.audit()}>
        {hasAudit ? "Look again" : "Look for doubtful ratings"}
      </button>
      {!hasAudit && <span class="quiet">Five small trainings, each without the rows that it rates.</span>}
    </p>
  );
}

function doneOf({ fold, share }: AuditNews): number {
  return fold - 1 + share;
}

/** What can be done with corrections: saved as a file, or learned from. */
function CorrectedActions() {
  const studio = useStudio();
  const corrections = useStudioState((state) => state.corrections);
  const run = useStudioState((state) => state.current);
  const name = useStudioState((state) => state.table?.name ?? "data");
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  if (corrections.length === 0) return null;
  const save = () =>
    studio.attempt("Writing the file", async () => {
      const csv = await studio.learner.ask("corrected", null);
      download(`${name.replace(/\.\w+$/, "").replace(/[^\w.-]+/g, "-")}-corrected.csv`, "text/csv", csv);
    });
  return (
    <p class="actions">
      <strong>{counted(corrections.length, "correction")}</strong>
      <button type="button" class="secondary" disabled={busy} onClick={() => void save()}>
        Save the data as CSV
      </button>
      {run && (
        <button type="button" disabled={busy} onClick={() => void studio.retrain(run)}>
          Train again with them
        </button>
      )}
      <button type="button" class="plain" disabled={busy} onClick={() => void studio.correct([])}>
        Take all back
      </button>
    </p>
  );
}
