/** Where a model learns: settings, live curves against the baselines, pause, stop, and the result. */
import { Notice } from "../../parts/Notice.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { ProgressView } from "./ProgressView.js";
import { ResultView } from "./ResultView.js";
import { ThreadStatus } from "./ThreadStatus.js";
import { TrainForm } from "./TrainForm.js";

export function TrainPage() {
  const ready = useStudioState((state) => state.ready);
  const progress = useStudioState((state) => state.progress);
  const summary = useStudioState((state) => state.summary);
  const current = useStudioState((state) => state.current);
  const canTrain = summary !== undefined && summary.blocked === undefined;
  return (
    <>
      <h1>Train</h1>
      {ready && !canTrain && !progress && (
        <Notice mood="unsure">
          There is no data to learn from yet. <a href="#data">Choose a file or the sample</a> first.
        </Notice>
      )}
      <Interrupted />
      {progress ? <ProgressView progress={progress} /> : canTrain && <TrainForm />}
      {!progress && current && <ResultView run={current} />}
      <ThreadStatus />
    </>
  );
}

/** A training that the last visit left unfinished. */
function Interrupted() {
  const studio = useStudio();
  const interrupted = useStudioState((state) => state.interrupted);
  if (interrupted === undefined) return null;
  return (
    <Notice mood="unsure">
      <p>
        The training of “{interrupted.name}” was cut off. It can go on where it was, and ends with the very model that
        it would have had.
      </p>
      <p class="actions">
        <button type="button" onClick={() => void studio.resume()}>
          Go on
        </button>
        <button type="button" class="secondary" onClick={() => void studio.discardInterrupted()}>
          Discard it
        </button>
      </p>
    </Notice>
  );
}
