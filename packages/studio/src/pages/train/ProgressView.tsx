import { count, counted, duration } from "../../parts/numbers.js";
import { useStudio } from "../../store/context.js";
import type { Progress } from "../../store/progress.js";
import { Curves } from "./Curves.js";

/** A training under way. */
export function ProgressView({ progress }: { readonly progress: Progress }) {
  const studio = useStudio();
  const { prepared, epochsDone, paused, stopping, notes, kept } = progress;
  const planned = prepared?.plannedEpochs;
  return (
    <section aria-labelledby="progress">
      <h2 id="progress">{progress.name}</h2>
      <p class="actions">
        <button type="button" class="secondary" disabled={stopping} onClick={() => void studio.pause(!paused)}>
          {paused ? "Go on" : "Pause"}
        </button>
        <button type="button" class="secondary" disabled={stopping} onClick={() => void studio.stop()}>
          Stop and keep the best
        </button>
      </p>
      <progress
        aria-label="Epochs done"
        max={planned ?? 1}
        value={planned === undefined ? undefined : Math.min(epochsDone, planned)}
      />
      <p class="quiet facts">{factsOf(progress)}</p>
      {prepared && (
        <p class="quiet">
          {count(prepared.dataset.train)} rows to learn from, {count(prepared.dataset.validation)} to validate,{" "}
          {count(prepared.dataset.test)} kept untouched for the result; {count(prepared.vocabulary.keptTokens)} words,{" "}
          {count(prepared.parameterCount)} numbers to learn.
        </p>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <Curves
        records={progress.records}
        losses={progress.losses}
        baselines={progress.baselines}
        plannedEpochs={planned}
      />
      {kept && <p class="quiet">The state is kept in this browser: after a reload the training can go on.</p>}
    </section>
  );
}

function factsOf(progress: Progress): string {
  const { stopping, paused, prepared, baselines, epochsDone, rowsPerSecond, secondsLeft } = progress;
  if (stopping) return "Stopping …";
  if (prepared === undefined) return "Reading and splitting the rows …";
  if (baselines === undefined && epochsDone === 0) return "Measuring the baselines that have to be beaten …";
  const facts = [
    paused ? "paused" : undefined,
    `epoch ${Math.min(Math.floor(epochsDone) + 1, prepared.plannedEpochs)} of ${prepared.plannedEpochs}`,
    rowsPerSecond === undefined ? undefined : `${count(Math.round(rowsPerSecond))} rows a second`,
    progress.choice && counted(progress.choice.threads, "thread"),
    secondsLeft === undefined ? undefined : `about ${duration(secondsLeft)} left`,
  ];
  return facts.filter(Boolean).join(" · ");
}
