import { BarList } from "../../parts/BarList.js";
import { Notice } from "../../parts/Notice.js";
import { count, counted, percent, score } from "../../parts/numbers.js";
import type { DataChoice, DataSummary } from "../../protocol.js";
import { FindingList } from "./FindingList.js";
import { findingsOf } from "./findings.js";

/** Labels that have a bar; beyond, the most frequent ones. */
const mostBars = 20;

/** What the rows are like, and what of it should be known before training. */
export function SummaryView({ summary, choice }: { readonly summary: DataSummary; readonly choice: DataChoice }) {
  const { report, blocked, examples, lengths } = summary;
  if (blocked) return <Notice mood="bad">{blocked.message}</Notice>;
  const { values, words, histogram } = report;
  return (
    <>
      <p class="actions">
        <a class="button" href="#train">
          These are right: train
        </a>
      </p>
      <div class="columns">
        <section aria-labelledby="labels">
          <h2 id="labels">{choice.task === "class" ? "Labels" : choice.task === "number" ? "Numbers" : "Ratings"}</h2>
          {histogram.length > 0 && (
            <BarList
              label="Rows of each label"
              bars={histogram.slice(0, mostBars).map(({ label, count: rows, share }) => ({
                name: String(label),
                value: rows,
                shown: `${count(rows)} · ${percent(share, 0)}`,
              }))}
            />
          )}
          <p class="quiet">
            {counted(report.rows, "row")}
            {values &&
              `, ${values.minimum} to ${values.maximum}, mean ${score(values.mean, 2)}, standard deviation ${score(values.standardDeviation, 2)}`}
          </p>
        </section>
        <section aria-labelledby="lengths">
          <h2 id="lengths">Lengths in words</h2>
          <LengthBars lengths={lengths} />
          <p class="quiet">
            Half have at most {count(words.median)}, 95 % at most {count(words.percentile95)}, the longest{" "}
            {count(words.longest)}.
          </p>
        </section>
      </div>
      <FindingList findings={findingsOf(summary, choice)} />
      <section aria-labelledby="examples">
        <h2 id="examples">Some rows</h2>
        <ul class="rows">
          {examples.map(({ row, text, label }) => (
            <li key={row}>
              <span class="label" dir="auto">
                {label}
              </span>
              <span dir="auto">{text === "" ? <i>no text</i> : text}</span>
              <span class="quiet">row {count(row)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** A small histogram; its numbers stand in the sentence below it. */
function LengthBars({ lengths }: Pick<DataSummary, "lengths">) {
  const most = Math.max(1, ...lengths.map(({ rows }) => rows));
  const width = 300 / Math.max(1, lengths.length);
  return (
    <svg class="lengths" viewBox="0 0 300 90" role="img" aria-label="Histogram of the lengths of texts">
      {lengths.map(({ from, to, rows }, index) => (
        <rect
          key={from}
          x={index * width + 1}
          y={72 - (70 * rows) / most}
          width={Math.max(1, width - 2)}
          height={(70 * rows) / most}
        >
          <title>{`${from} to ${to} words: ${count(rows)} rows`}</title>
        </rect>
      ))}
      <text x="0" y="88">
        0
      </text>
      <text x="300" y="88" text-anchor="end">
        {lengths.at(-1)?.to ?? 0}
      </text>
    </svg>
  );
}
