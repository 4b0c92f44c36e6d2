import type { Evaluation } from "@starcast/core";
import { useState } from "preact/hooks";
import { Notice } from "../../parts/Notice.js";
import { count, duration, percent, score } from "../../parts/numbers.js";
import type { Run } from "../../protocol.js";
import { Curves } from "./Curves.js";

/** What a measure is called, and how it is shown. */
const measures: readonly (readonly [key: string, name: string, show: (value: number) => string])[] = [
  ["rmse", "RMSE", (value) => score(value)],
  ["mae", "mean absolute error", (value) => score(value)],
  ["accuracy", "exactly right", (value) => percent(value)],
  ["offByOne", "at most one off", (value) => percent(value)],
  ["qwk", "quadratic kappa", (value) => score(value)],
  ["macroF1", "macro F1", (value) => score(value)],
];

const reasons: Readonly<Record<Run["reason"], string>> = {
  finished: "All epochs were done",
  earlyStopped: "It stopped when the validation rows improved no more",
  aborted: "You stopped it; the best so far was kept",
  outOfTime: "Its time was over; the best so far was kept",
};

/** The result of a training: the verdict first. */
export function ResultView({ run }: { readonly run: Run }) {
  const { metrics, verdict, fingerprint } = run;
  const part = metrics.test ?? metrics.validation;
  const star = numberIn(part, "rmse") === undefined ? (["macro F1", "macroF1"] as const) : (["RMSE", "rmse"] as const);
  const interval = (part as unknown as Record<string, unknown>)[`${star[1]}Interval`] as [number, number] | undefined;
  return (
    <section aria-labelledby="result" id="run-result">
      <h2 id="result">Result of {run.name}</h2>
      <Notice mood={verdict?.mood ?? "unsure"}>
        <p class="verdict">
          <strong>
            {star[0]} {score(numberIn(part, star[1]))}
          </strong>{" "}
          on {count(part.rows)} {metrics.test ? "untouched test rows" : "validation rows"}
          {interval && ` (95 % interval ${score(interval[0])} to ${score(interval[1])})`}.
        </p>
        {verdict && <p>{verdict.text}</p>}
      </Notice>
      <MeasureTable run={run} part={part} />
      <p class="quiet">
        {reasons[run.reason]}, after {duration(metrics.seconds)}.
      </p>
      {fingerprint !== "" && <Fingerprint hash={fingerprint} />}
      <p class="actions">
        <a class="button" href="#try">
          Try it on a text
        </a>
      </p>
      <details>
        <summary>How it learned</summary>
        <Curves
          records={metrics.epochs}
          losses={[]}
          baselines={metrics.baselines}
          plannedEpochs={metrics.epochs.length}
        />
      </details>
    </section>
  );
}

function MeasureTable({ run, part }: { readonly run: Run; readonly part: Evaluation }) {
  const { baselines } = run.metrics;
  const columns: readonly (readonly [name: string, found: Evaluation | undefined])[] = [
    ["this model", part],
    ["linear model", baselines?.linear],
    ["always the mean", baselines?.mean],
    ["most frequent label", baselines?.majority],
  ];
  const shown = columns.filter(([, found]) => found !== undefined);
  return (
    <div class="scroll" role="region" aria-label="Measures" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td />
            {shown.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {measures
            .filter(([key]) => numberIn(part, key) !== undefined)
            .map(([key, name, show]) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                {shown.map(([column, found]) => {
                  const value = numberIn(found, key);
                  return <td key={column}>{value === undefined ? "–" : show(value)}</td>;
                })}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** The weights' hash, by which two models are known to be the same. */
function Fingerprint({ hash }: { readonly hash: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <p class="quiet fingerprint">
      Fingerprint of the weights (SHA-256): <code>{hash}</code>{" "}
      <button
        type="button"
        class="plain"
        onClick={() => void navigator.clipboard?.writeText(hash).then(() => setCopied(true))}
      >
        {isCopied ? "copied" : "copy"}
      </button>
    </p>
  );
}

function numberIn(evaluation: Evaluation | undefined, key: string): number | undefined {
  const value = (evaluation as unknown as Record<string, unknown> | undefined)?.[key];
  return typeof value === "number" ? value : undefined;
}
