import type { ListedWord, MarkedPiece } from "@starcast/core";
import { count, score } from "../numbers.js";
import { barChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { dataTable, figure, nameOfValue, section, signed, unit } from "./shared.js";

/** Words that push ratings up and down; absent without explanations. */
export function wordSection({ examination, scale }: ReportInput): Markup | undefined {
  const { explanations } = examination;
  if (explanations === undefined) return undefined;
  const { up, down, texts } = explanations;
  if (up.length + down.length === 0) return undefined;
  return section(
    "words",
    "Words that push up and down",
    html`<p>What a word adds to the rating of a text on average, in ${unit(scale)}, found by integrated gradients over ${count(texts)} texts. The same word can do the opposite elsewhere: “not good” is not “good”.</p>`,
    html`<div class="charts">${wordFigure("Upwards", "words-up", up)}${wordFigure("Downwards", "words-down", down)}</div>`,
  );
}

function wordFigure(title: string, id: string, words: readonly ListedWord[]): Markup | undefined {
  if (words.length === 0) return undefined;
  return figure(
    title,
    barChart(
      {
        id,
        title: `${title}: mean effect of words`,
        description: words.map(({ word, effect }) => `${word} ${signed(effect)}`).join("; "),
      },
      words.map(({ word, effect }) => ({
        name: word,
        value: Math.abs(effect),
        shown: signed(effect),
        marked: effect < 0,
      })),
      { label: title === "Upwards" ? "adds" : "takes away" },
    ),
    undefined,
    dataTable(
      title,
      ["word", "mean effect", "texts"],
      words.map(({ word, effect, texts }) => [word, signed(effect), count(texts)]),
    ),
  );
}

/** The rows with the largest errors, with the words that moved their rating marked where that is known. */
export function worstSection({ examination, scale }: ReportInput): Markup | undefined {
  const { worst, explanations } = examination;
  if (worst.length === 0) return undefined;
  const marked = explanations?.marked;
  return section(
    "worst",
    "The largest errors",
    html`<p>Look for wrong ratings, reversed scales and texts that nobody could rate. ${
      marked && html`<mark class="up">Underlined</mark>: pushes the rating up; <mark class="down">dotted</mark>: down.`
    }</p>`,
    html`<ol class="texts">${worst.map(
      ({ row, text, truth, prediction }) =>
        html`<li><strong>true ${nameOfValue(truth, scale)}, predicted ${score(prediction, 2)}</strong> <span class="quiet">row ${count(row)}</span><p dir="auto">${markedText(text, marked?.get(row))}</p></li>`,
    )}</ol>`,
  );
}

/** Effects below this share of a text's largest one are not marked. */
const leastMarked = 0.15;

function markedText(text: string, pieces: readonly MarkedPiece[] | undefined): Markup | string {
  if (pieces === undefined) return text;
  const largest = Math.max(0, ...pieces.map(({ effect = 0 }) => Math.abs(effect)));
  return html`${pieces.map(({ text: piece, effect = 0 }) =>
    effect !== 0 && Math.abs(effect) >= leastMarked * largest
      ? html`<mark class="${effect > 0 ? "up" : "down"}" title="${signed(effect)}">${piece}</mark>`
      : piece,
  )}`;
}
