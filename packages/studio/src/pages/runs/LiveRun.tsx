import { useEffect, useState } from "preact/hooks";
import { Notice } from "../../parts/Notice.js";
import { count } from "../../parts/numbers.js";
import { asProblem } from "../../problem.js";
import { afterNews, freshProgress, type Progress } from "../../store/progress.js";
import { type DiskRun, followRun, type RunEnd, stopOnServer } from "../../store/server.js";
import { Curves } from "../train/Curves.js";

/** A run on disk whose events are followed as they are written. */
export function LiveRun({ run, onEnd }: { readonly run: DiskRun; readonly onEnd: () => void }) {
  const [progress, setProgress] = useState<Progress>(() => freshProgress(run.name));
  const [end, setEnd] = useState<RunEnd>();
  const [problem, setProblem] = useState("");
  useEffect(
    () =>
      followRun(run, {
        onBegin: () => setProgress(freshProgress(run.name)),
        onNews: (news) => setProgress((before) => afterNews(before, news)),
        onEnd: (how) => {
          setEnd(how);
          onEnd();
        },
      }),
    [run.id],
  );
  const { prepared, records, losses, baselines, epochsDone, rowsPerSecond } = progress;
  const planned = prepared?.plannedEpochs;
  const isLive = run.state === "training" && end === undefined;
  const stop = () => stopOnServer(run).catch((error: unknown) => setProblem(asProblem(error).message));
  return (
    <section aria-labelledby="live">
      <h2 id="live" dir="auto">
        {run.name}
      </h2>
      {end?.type === "failed" && <Notice mood="bad">{end.message}</Notice>}
      {isLive && (
        <>
          <progress
            aria-label="Epochs done"
            max={planned ?? 1}
            value={planned === undefined ? undefined : epochsDone}
          />
          <p class="quiet">
            {planned === undefined ? "Preparing …" : `epoch ${Math.floor(epochsDone) + 1} of ${planned}`}
            {rowsPerSecond !== undefined && ` · ${count(Math.round(rowsPerSecond))} rows a second`}
          </p>
          <p class="actions">
            <button type="button" class="secondary" onClick={() => void stop()}>
              Stop and keep the best
            </button>
          </p>
        </>
      )}
      {problem !== "" && <p class="warning">{problem}</p>}
      <Curves records={records} losses={losses} baselines={baselines} plannedEpochs={planned} />
    </section>
  );
}
