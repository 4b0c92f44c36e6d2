/** Where one finds out whether to trust a model: its answers to rows that it did not learn from. */
import { useEffect, useState } from "preact/hooks";
import { ModelPicker } from "../../parts/ModelPicker.js";
import { Notice } from "../../parts/Notice.js";
import { count } from "../../parts/numbers.js";
import type { HeldQuestion, Look, Run } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { CalibrationView } from "./CalibrationView.js";
import { ConfusionTable } from "./ConfusionTable.js";
import { ErrorHistogram } from "./ErrorHistogram.js";
import { RowsPanel } from "./RowsPanel.js";
import { SliceView } from "./SliceView.js";
import { StressView } from "./StressView.js";
import { WordView } from "./WordView.js";

export function LookPage() {
  const studio = useStudio();
  const ready = useStudioState((state) => state.ready);
  const run = useStudioState((state) => state.current);
  const found = useStudioState((state) => state.look);
  const training = useStudioState((state) => state.progress !== undefined);
  useEffect(() => {
    if (ready && run && !training) void studio.look();
  }, [studio, ready, run, training]);
  return (
    <>
      <h1>Look</h1>
      {ready && !run && (
        <Notice mood="unsure">
          There is no model yet. <a href="#train">Train one</a> first.
        </Notice>
      )}
      <ModelPicker />
      {training && <p class="quiet">The model is looked at when the training has ended.</p>}
      {run && found?.id === run.id && <LookView key={run.id} run={run} look={found.look} />}
    </>
  );
}

function LookView({ run, look }: { readonly run: Run; readonly look: Look }) {
  const [question, setQuestion] = useState<HeldQuestion>({ most: 10 });
  const { examination, confusion, errors } = look;
  const { scale } = run.metrics;
  const ask = (asked: Omit<HeldQuestion, "most">) => setQuestion({ ...asked, most: 10 });
  return (
    <>
      <p class="lead">
        {run.name} on {count(examination.partRows)} {examination.part} rows, none of which it learned from.
        {examination.rows < examination.partRows &&
          ` Slices, words and alarms look at ${count(examination.rows)} of them${examination.withoutWords > 0 ? `; ${count(examination.withoutWords)} have no words` : ""}.`}
      </p>
      <Alarms look={look} />
      <div class="columns">
        {confusion && scale.task !== "number" && (
          <ConfusionTable
            confusion={confusion}
            labels={scale.labels}
            chosen={question.cell}
            onChoose={(cell) => ask({ ...(cell && { cell }) })}
          />
        )}
        {scale.task !== "class" && (
          <ErrorHistogram
            errors={errors}
            chosen={question.errors}
            onChoose={(range) => ask({ ...(range && { errors: range }) })}
          />
        )}
      </div>
      <RowsPanel question={question} scale={scale} onAsk={ask} />
      <SliceView report={examination.slices} />
      <CalibrationView examination={examination} scale={scale} />
      {examination.explanations && <WordView explanations={examination.explanations} scale={scale} />}
      {examination.stress && <StressView stress={examination.stress} />}
    </>
  );
}

function Alarms({ look }: { readonly look: Look }) {
  const { alarms } = look.examination;
  if (alarms.length === 0)
    return <Notice mood="good">No alarm rings: nothing in these rows speaks against the model.</Notice>;
  return (
    <>
      {alarms.map(({ kind, finding, advice }) => (
        <Notice key={`${kind} ${finding}`} mood="unsure">
          <strong>{finding}</strong> {advice}
        </Notice>
      ))}
    </>
  );
}
