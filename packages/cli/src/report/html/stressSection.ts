import type { StressFailure, StressKind, StressReport } from "@starcast/core";
import { percent, score, shorten } from "../numbers.js";
import { barChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { figure, section } from "./shared.js";

const meanings: Readonly<Record<StressKind, string>> = {
  negation: "“not good” below “good”",
  contrast: "“good, but it fell apart” below “good”",
  intensity: "“good” below “excellent”",
  "typing errors": "one letter wrong changes little",
  capitals: "CAPITALS change little",
  emoji: "👎 below 👍",
  "very short": "“Bad” below “Good”",
  "very long": "an opinion among 300 words without one",
};

/** The stress suite's scores, and the promises that were broken. */
export function stressSection({ examination }: ReportInput): Markup | undefined {
  const { stress } = examination;
  if (stress === undefined) return undefined;
  if (stress.notApplicable !== undefined) {
    return section("stress", "Stress suite", html`<p>Not scored. ${stress.notApplicable}</p>`);
  }
  const { leastDifference, mostDrift } = stress.rules;
  return section(
    "stress",
    "Stress suite",
    html`<p>A fixed set of short English texts in pairs, on which the right order holds on any scale of liking: one text of a pair must be rated lower than the other by at least ${percent(leastDifference, 0)} of the scale, or both about the same, less than ${percent(mostDrift, 0)} of the scale apart. A model that guesses passes about half of the first kind.</p>`,
    html`<div class="charts">${scoreFigure(stress)}<ul>${stress.scores.map(
      ({ kind, passed, count, notApplicable }) =>
        html`<li><strong>${kind}</strong>: ${notApplicable === undefined ? `${passed} of ${count}` : `not scored, because ${notApplicable}`} <span class="quiet">(${meanings[kind]})</span></li>`,
    )}</ul></div>`,
    failures(stress),
  );
}

function scoreFigure({ scores }: StressReport): Markup {
  const scored = scores.filter(({ notApplicable }) => notApplicable === undefined);
  return figure(
    "Share of pairs passed",
    barChart(
      {
        id: "stress-scores",
        title: "Stress suite: share of pairs passed by kind",
        description: scored.map(({ kind, passed, count }) => `${kind}: ${passed} of ${count}`).join("; "),
      },
      scored.map(({ kind, passed, count }) => ({
        name: kind,
        value: passed / count,
        shown: `${passed} of ${count}`,
        marked: passed / count < 0.7,
      })),
      { label: "share passed", domain: [0, 1] },
    ),
  );
}

function failures({ scores }: StressReport): Markup | undefined {
  const failed = scores.filter((each) => each.failures.length > 0);
  if (failed.length === 0) return undefined;
  return html`<details><summary>The pairs that failed</summary>${failed.map(
    ({ kind, failures: broken }) => html`<h3>${kind}</h3><ul class="texts">${broken.map(failureItem)}</ul>`,
  )}</details>`;
}

function failureItem({ texts, ratings, expected }: StressFailure): Markup {
  const said = expected === "lower" ? "had to be rated lower than" : "had to be rated about the same as";
  return html`<li><p>${shorten(texts[0], 160)} <strong>${score(ratings[0])}</strong></p><p class="quiet">${said}</p><p>${shorten(texts[1], 160)} <strong>${score(ratings[1])}</strong></p></li>`;
}
