/** Inside the LSTM: a tour on a tiny one, then the gates and states of the trained one on a text of one's own. */

import { ModelPicker } from "../../parts/ModelPicker.js";
import { Notice } from "../../parts/Notice.js";
import { useStudioState } from "../../store/context.js";
import { Tour } from "./Tour.js";
import { TraceView } from "./TraceView.js";

export function InsidePage() {
  const run = useStudioState((state) => state.current);
  return (
    <>
      <h1>Inside the LSTM</h1>
      <p class="lead">
        A long short-term memory reads word by word and carries a memory along. Three gates decide what it forgets, what
        it writes, and what it shows.
      </p>
      <Tour />
      <section aria-labelledby="own">
        <h2 id="own">Your own text, in your own model</h2>
        {run ? (
          <>
            <ModelPicker />
            <TraceView key={run.id} run={run} />
          </>
        ) : (
          <Notice mood="unsure">
            There is no model yet. <a href="#train">Train one</a>, and see what its gates do with your words.
          </Notice>
        )}
      </section>
    </>
  );
}
