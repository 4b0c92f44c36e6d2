/** Where a model is questioned: the answer moves as one types. */
import { useState } from "preact/hooks";
import { ModelPicker } from "../../parts/ModelPicker.js";
import { Notice } from "../../parts/Notice.js";
import type { Run } from "../../protocol.js";
import { useStudioState } from "../../store/context.js";
import { AnswerView } from "./AnswerView.js";
import { EffectView } from "./EffectView.js";
import { SmallestChangeView } from "./SmallestChangeView.js";
import { useAnswer } from "./useAnswer.js";

const example = "Lovely colour, but it broke after a week.";

export function TryPage() {
  const run = useStudioState((state) => state.current);
  return (
    <>
      <h1>Try</h1>
      {run ? (
        <>
          <ModelPicker />
          <Trial key={run.id} run={run} />
        </>
      ) : (
        <Notice mood="unsure">
          There is no model yet. <a href="#train">Train one</a> first.
        </Notice>
      )}
    </>
  );
}

function Trial({ run }: { readonly run: Run }) {
  const [text, setText] = useState(example);
  const [pinned, setPinned] = useState<string>();
  const answer = useAnswer(text);
  const other = useAnswer(pinned ?? "");
  const { scale } = run.metrics;
  return (
    <>
      <label for="text" class="big">
        A text to rate
      </label>
      <textarea
        id="text"
        dir="auto"
        rows={4}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {answer.problem && <Notice mood="bad">{answer.problem.message}</Notice>}
      {!answer.prediction && !answer.problem && <p class="quiet">The rating appears as you type.</p>}
      <div class={pinned === undefined ? "" : "columns"}>
        {answer.prediction && <AnswerView title="Answer" prediction={answer.prediction} scale={scale} />}
        {pinned !== undefined && other.prediction && (
          <AnswerView
            title={`Of “${pinned}”`}
            prediction={other.prediction}
            scale={scale}
            against={answer.prediction}
          />
        )}
      </div>
      {answer.prediction && (
        <p class="actions">
          <button type="button" class="secondary" onClick={() => setPinned(text)}>
            Keep this text beside it, to edit and compare
          </button>
          {pinned !== undefined && (
            <button type="button" class="plain" onClick={() => setPinned(undefined)}>
              Put it away
            </button>
          )}
        </p>
      )}
      {answer.explained && <EffectView {...answer.explained} scale={scale} />}
      {answer.prediction && <SmallestChangeView key={text} text={text} scale={scale} />}
    </>
  );
}
