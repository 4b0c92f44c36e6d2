/** An explanation as one HTML page: no program, no network, readable in the dark, in print and on a phone. */
import type { Explanation, RatingScale, Reading, SmallestChange, WordEffect } from "@starcast/core";
import { hashOf } from "../contentHash.js";
import { escapeHtml } from "../html.js";
import {
  effectUnit,
  isStrong,
  largestEffect,
  missInWords,
  signed,
  sumInWords,
  type ToldExplanation,
} from "./explanation.js";
import { explanationStyle } from "./explanationStyle.js";
import { counted, score } from "./numbers.js";
import { answerOf } from "./prediction.js";

/** Steps of colour from almost none to full. */
const shades = 5;

/** The page. Everything that comes from the text or the model is put in as text, never as markup. */
export function explanationPage(told: ToldExplanation, scale: RatingScale): string {
  const { explanation, readings, changes } = told;
  const answer = answerOf(explanation.prediction, scale);
  const policy = `default-src 'none'; style-src '${hashOf(explanationStyle)}'; base-uri 'none'; form-action 'none'`;
  const sections = [
    `<p class="text" dir="auto">${markedText(explanation)}</p>`,
    `<p class="quiet"><mark class="up s4">raises</mark> <mark class="down s4">lowers</mark> the ${escapeHtml(what(explanation, scale))}; a stronger shade for a larger effect.</p>`,
    readings.length > 1 ? section("As it is read", readingChart(explanation, readings, scale)) : "",
    changes === undefined ? "" : section("Smallest change", changeList(changes, explanation, scale)),
    section(`Effect of each word, in ${escapeHtml(effectUnit(explanation, scale))}`, wordTable(told)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Why ${escapeHtml(answer)}</title>
<style>${explanationStyle}</style>
</head>
<body>
<main>
<h1 dir="auto">${escapeHtml(answer)}</h1>
${sections.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** A signed number with a minus sign as long as the plus. */
function figure(value: number, digits = 2): string {
  return signed(value, digits).trim().replace("-", "−");
}

function section(title: string, content: string): string {
  return `<section>\n<h2>${title}</h2>\n${content}\n</section>`;
}

function what({ answer }: Explanation, scale: RatingScale): string {
  return answer.kind === "rating" ? "rating" : effectUnit({ answer } as Explanation, scale);
}

function markedText(explanation: Explanation): string {
  const { text, words, readUpTo } = explanation;
  let html = "";
  let at = 0;
  for (const word of words) {
    if (word.start < at) continue;
    html += escapeHtml(text.slice(at, word.start)) + markedWord(word, explanation);
    at = word.end;
  }
  const rest = text.slice(readUpTo);
  if (!/[\p{L}\p{N}]/u.test(rest)) return html + escapeHtml(rest);
  return `${html}<span class="unread" title="not read: the model cuts long texts off">${escapeHtml(rest)}</span>`;
}

function markedWord(word: WordEffect, explanation: Explanation): string {
  const shade = Math.ceil((shades * Math.abs(word.effect)) / largestEffect(explanation) - 0.5);
  const text = escapeHtml(word.text);
  const title = escapeHtml(`${figure(word.effect)}${word.known ? "" : ", not in the vocabulary"}`);
  if (shade < 1) return `<span title="${title}">${text}</span>`;
  const above = isStrong(word, explanation) ? `<sup>${figure(word.effect, 1)}</sup>` : "";
  return `<mark class="${word.effect < 0 ? "down" : "up"} s${shade}" title="${title}">${text}${above}</mark>`;
}

const chart = { width: 640, height: 190, left: 44, right: 12, top: 12, bottom: 26 } as const;

/** The answer after each word, as a line. */
function readingChart(explanation: Explanation, readings: readonly Reading[], scale: RatingScale): string {
  const values = readings.map(({ value }) => value);
  const [lowest, highest] = rangeOf(values, scale);
  const x = (index: number) =>
    chart.left + ((chart.width - chart.left - chart.right) * index) / Math.max(1, readings.length - 1);
  const y = (value: number) =>
    chart.top + ((chart.height - chart.top - chart.bottom) * (highest - value)) / (highest - lowest || 1);
  const ticks = [lowest, (lowest + highest) / 2, highest].map(
    (value) =>
      `<line class="grid" x1="${chart.left}" x2="${chart.width - chart.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="${chart.left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
  );
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const words = new Map(explanation.words.map((word) => [word.end, word.text]));
  const dots = readings.map(
    ({ end, value }, index) =>
      `<circle cx="${x(index).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3"><title>${escapeHtml(`${words.get(end) ?? ""}: ${score(value, 2)}`)}</title></circle>`,
  );
  const skipped = readings.length < explanation.words.length ? ` It was stopped at ${readings.length} places.` : "";
  return `<p class="quiet">The answer had the text ended there; each dot is a word.${skipped}</p>
<svg viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="The answer after each word, from ${score(values[0], 2)} to ${score(values[values.length - 1], 2)}">
${ticks.join("")}
<polyline class="line" points="${points.join(" ")}"/>
${dots.join("")}
<text x="${chart.left}" y="${chart.height - 6}">first word</text><text x="${chart.width - chart.right}" y="${chart.height - 6}" text-anchor="end">last word</text>
</svg>`;
}

function rangeOf(values: readonly number[], scale: RatingScale): [number, number] {
  if (scale.task === "class") return [0, 1];
  if (scale.task === "rating") return [scale.values[0], scale.values[scale.values.length - 1]];
  return [Math.min(...values), Math.max(...values)];
}

function changeList(
  { step, most, found, sought }: NonNullable<ToldExplanation["changes"]>,
  explanation: Explanation,
  scale: RatingScale,
): string {
  const isClass = explanation.answer.kind === "probability";
  const aim = isClass ? "Another label" : `${Number(step.toPrecision(4))} less or more`;
  const items = found.map(
    (change) =>
      `<li><strong>${escapeHtml(answerOf(change.prediction, scale))}</strong>: <span class="text" dir="auto">${changedText(change, explanation)}</span></li>`,
  );
  const missing = sought.filter((direction) => !found.some((change) => change.direction === direction));
  const notes = missing.map(
    (direction) =>
      `<li class="quiet">${isClass ? "None" : `None ${direction}wards`} was found within ${counted(most, "changed word")}.</li>`,
  );
  if (sought.length === 0) notes.push(`<li class="quiet">The scale ends before that in both directions.</li>`);
  return `<p class="quiet">${aim}, by as few words as possible.</p>\n<ul>\n${[...items, ...notes].join("\n")}\n</ul>`;
}

/** The original with what was taken out and put in. */
function changedText({ changes }: SmallestChange, { text }: Explanation): string {
  let html = "";
  let at = 0;
  for (const { start, end, from, to } of changes) {
    html += `${escapeHtml(text.slice(at, start))}<del>${escapeHtml(from)}</del>`;
    if (to !== undefined) html += ` <ins>${escapeHtml(to)}</ins>`;
    at = end;
  }
  return html + escapeHtml(text.slice(at));
}

const barHalf = 60;

function wordTable({ explanation, readings }: ToldExplanation): string {
  const { words } = explanation;
  const largest = largestEffect(explanation);
  const after = new Map(readings.map((reading) => [reading.end, reading.value]));
  const rows = words.map((word) => {
    const width = ((barHalf * Math.abs(word.effect)) / largest).toFixed(1);
    const bar = `<rect class="${word.effect < 0 ? "down" : "up"}" x="${word.effect < 0 ? barHalf - Number(width) : barHalf}" width="${width}" height="12"/>`;
    const read = after.get(word.end);
    const unknown = word.known ? "" : ` <span class="quiet">(unknown)</span>`;
    return `<tr><th scope="row" dir="auto">${escapeHtml(word.text)}${unknown}</th><td>${figure(word.effect)}</td><td><svg class="bar" viewBox="0 0 ${2 * barHalf} 12" aria-hidden="true">${bar}<line x1="${barHalf}" x2="${barHalf}" y2="12"/></svg></td><td>${read === undefined ? "" : score(read, 2)}</td></tr>`;
  });
  return `<p>${escapeHtml(sumInWords(explanation))}</p>
<p class="quiet">${escapeHtml(missInWords(explanation))} The method is integrated gradients.</p>
<table>
<thead><tr><th scope="col">Word</th><th scope="col">Effect</th><td></td><th scope="col">Read so far</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`;
}
