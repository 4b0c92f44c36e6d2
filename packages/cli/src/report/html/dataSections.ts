import { count, counted, duration, percent } from "../numbers.js";
import { barChart } from "./charts.js";
import type { ReportInput } from "./input.js";
import { html, type Markup, type Part } from "./markup.js";
import { dataTable, figure, section } from "./shared.js";

/** What the model was trained and measured on. */
export function dataSection(input: ReportInput): Markup {
  const { data, examination, metrics } = input;
  return section(
    "data",
    "Data",
    pairs([
      ["read from", data.sources.join(", ")],
      ["text", data.text.join(" + ")],
      ["rating", data.label],
      ["rows", metrics && count(metrics.dataset.rows)],
      ["distinct words", metrics && count(metrics.vocabulary.distinctTokens)],
      ["words that the model knows", metrics && count(metrics.vocabulary.keptTokens)],
    ]),
    dataTable(
      "The parts",
      ["part", "rows", "median words", "longest", "unknown words of a text"],
      examination.parts.map(({ name, rows, medianWords, longestWords, unknownShare }) => [
        name,
        count(rows),
        count(medianWords),
        count(longestWords),
        percent(unknownShare),
      ]),
    ),
    labelFigure(input),
  );
}

function labelFigure({ examination, scale }: ReportInput): Markup | undefined {
  if (scale.task === "number" || scale.labels.length > 25) return undefined;
  const names = scale.labels.map(String);
  const [first] = examination.parts;
  const shares = first?.labelShares;
  if (shares === undefined) return undefined;
  const parts = examination.parts.filter(({ labelShares }) => labelShares !== undefined);
  const distinct = names.map((name, index) => (names.indexOf(name) === index ? name : `${name} (${index + 1})`));
  return html`<div class="charts">${figure(
    `Ratings of the ${first.name} part`,
    barChart(
      {
        id: "labels",
        title: `Ratings of the ${first.name} part`,
        description: distinct.map((name, index) => `${name}: ${percent(shares[index])}`).join("; "),
      },
      distinct.map((name, index) => ({
        name: [...name].slice(0, 24).join(""),
        value: shares[index],
        shown: percent(shares[index]),
      })),
      { label: "share of rows" },
    ),
    undefined,
    dataTable(
      "Share of each rating by part",
      ["rating", ...parts.map(({ name }) => name)],
      distinct.map((name, index) => [
        name,
        ...parts.map(({ labelShares }) => percent(labelShares?.[index] ?? Number.NaN)),
      ]),
    ),
  )}</div>`;
}

/** How the model came about, so that it can be made again. */
export function settingsSection({ metrics, made }: ReportInput): Markup {
  const facts: [string, Part][] = metrics
    ? [
        ["recipe", metrics.recipe],
        ["seed", metrics.seed],
        ["threads", `${metrics.threads} (the result is the same with any number)`],
        ["weights", count(metrics.parameterCount)],
        ["epochs", `${metrics.epochs.length}, kept ${metrics.keptEpochs.join(", ")}; ${reasons[metrics.reason]}`],
        ["time", `${duration(metrics.seconds)} from raw data to model`],
      ]
    : [];
  return section(
    "settings",
    "Settings, seed and versions",
    pairs([
      ...facts,
      ["Starcast", made.version],
      ["run by", made.engine],
      ["system", made.system],
      ["report made at", made.at.toISOString()],
    ]),
    metrics &&
      html`<details><summary>${counted(settingsOf(metrics.settings).length, "setting")}</summary>${dataTable("All settings", ["setting", "value"], settingsOf(metrics.settings))}</details>`,
  );
}

const reasons = {
  finished: "all epochs were done",
  earlyStopped: "nothing improved any more",
  aborted: "stopped by hand",
  outOfTime: "the time was over",
} as const;

/** Settings as rows of name and value; those within others get both names. */
function settingsOf(settings: object, prefix = ""): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const path = `${prefix}${name}`;
    if (value === undefined) return [];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return settingsOf(value, `${path}.`);
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  });
}

function pairs(all: readonly (readonly [string, Part])[]): Markup {
  return html`<dl>${all.map(([name, value]) => value !== undefined && html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
