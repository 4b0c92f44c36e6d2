import { formatCount, markdownTable } from "./markdown.js";

/** How well a part was predicted; each measure that the task does not have is absent. Errors in the user's units. */
export interface CardEvaluation {
  readonly rows: number;
  readonly rmse?: number;
  readonly rmseInterval?: readonly [lower: number, upper: number];
  readonly rmseOfMode?: number;
  readonly mae?: number;
  readonly accuracy?: number;
  readonly accuracyInterval?: readonly [lower: number, upper: number];
  readonly offByOne?: number;
  readonly qwk?: number;
  readonly macroF1?: number;
  readonly macroF1Interval?: readonly [lower: number, upper: number];
  readonly logLoss?: number;
}

/** What can be had without a network, on the same split. */
export interface CardBaselines {
  readonly evaluatedOn: "validation" | "test";
  readonly mean?: CardEvaluation;
  readonly median?: CardEvaluation;
  readonly majority?: CardEvaluation;
  readonly linear?: CardEvaluation;
  /** Rows that the linear model was trained on; absent when it had the whole training part. */
  readonly linearRows?: number;
}

/** What the section of results needs to know. */
export interface CardResults {
  readonly task: "rating" | "class" | "number";
  readonly validation?: CardEvaluation;
  readonly test?: CardEvaluation;
  readonly baselines?: CardBaselines;
}

interface Column {
  readonly title: string;
  readonly meaning: string;
  readonly cell: (evaluation: CardEvaluation) => string | undefined;
}

const columns: readonly Column[] = [
  {
    title: "RMSE",
    meaning: "root mean squared error of the prediction, of a rating its expected value; lower is better",
    cell: ({ rmse, rmseInterval }) => withInterval(decimal(rmse), rmseInterval, decimal),
  },
  {
    title: "RMSE of the most likely",
    meaning: "the same when the most likely or nearest rating is the prediction",
    cell: ({ rmseOfMode }) => decimal(rmseOfMode),
  },
  { title: "MAE", meaning: "mean absolute error; lower is better", cell: ({ mae }) => decimal(mae) },
  {
    title: "Macro F1",
    meaning: "mean over the labels of the harmonic mean of precision and recall; 1 is perfect",
    cell: ({ macroF1, macroF1Interval }) => withInterval(decimal(macroF1), macroF1Interval, decimal),
  },
  {
    title: "Accuracy",
    meaning: "share of rows whose most likely label is right",
    cell: ({ accuracy, accuracyInterval }) => withInterval(percent(accuracy), accuracyInterval, percent),
  },
  {
    title: "Off by one",
    meaning: "share of rows whose most likely rating is right or next to it",
    cell: ({ offByOne }) => percent(offByOne),
  },
  {
    title: "QWK",
    meaning: "Cohen's kappa with quadratic weights; 1 is perfect, 0 is chance",
    cell: ({ qwk }) => decimal(qwk),
  },
  {
    title: "Log loss",
    meaning: "mean of -ln(probability given to the right label); lower is better",
    cell: ({ logLoss }) => decimal(logLoss),
  },
];

const baselineNames = {
  linear: "Linear model on TF-IDF of words and word pairs",
  mean: "Always the mean",
  median: "Always the median",
  majority: "Always the most frequent label",
} as const;

const baselineShortNames = {
  linear: "the linear model",
  mean: "always the mean",
  median: "always the median",
  majority: "always the most frequent label",
} as const;

/** Results of the model and its baselines in one table, with a verdict and what the measures mean. */
export function resultsSection(results: CardResults): string | undefined {
  const { validation, test, baselines } = results;
  const systems: [name: string, part: string, evaluation: CardEvaluation][] = [];
  if (test) systems.push(["**This model**", "test", test]);
  if (validation) systems.push(["**This model**", "validation", validation]);
  if (systems.length === 0) return undefined;
  for (const [key, name] of Object.entries(baselineNames)) {
    const evaluation = baselines?.[key as keyof typeof baselineNames];
    if (!baselines || !evaluation) continue;
    const { evaluatedOn, linearRows } = baselines;
    const limited = key === "linear" && linearRows !== undefined ? `, trained on ${formatCount(linearRows)} rows` : "";
    systems.push([`${name}${limited}`, evaluatedOn, evaluation]);
  }
  const used = columns.filter(({ cell }) => systems.some(([, , evaluation]) => cell(evaluation) !== undefined));
  const table = markdownTable(
    ["System", "Rows", ...used.map(({ title }) => title)],
    systems.map(([name, part, evaluation]) => [
      name,
      `${formatCount(evaluation.rows)} ${part}`,
      ...used.map(({ cell }) => cell(evaluation) ?? "–"),
    ]),
  );
  const meanings = used.map(({ title, meaning }) => `- ${title}: ${meaning}.`);
  const notes = `In brackets: 95 % bootstrap intervals.\n\n${meanings.join("\n")}`;
  return ["## Results", verdict(results), table, notes].filter((part) => part !== undefined).join("\n\n");
}

/** The model against the best baseline on the same rows, by the task's main measure. */
function verdict({ task, validation, test, baselines }: CardResults): string | undefined {
  const own = baselines?.evaluatedOn === "test" ? test : validation;
  if (baselines === undefined || own === undefined) return undefined;
  const [name, sign] = task === "class" ? (["macroF1", 1] as const) : (["rmse", -1] as const);
  let best: { key: keyof typeof baselineNames; value: number; evaluation: CardEvaluation } | undefined;
  for (const key of Object.keys(baselineNames) as (keyof typeof baselineNames)[]) {
    const evaluation = baselines[key];
    const value = evaluation?.[name];
    if (evaluation && value !== undefined && (best === undefined || sign * value > sign * best.value)) {
      best = { key, value, evaluation };
    }
  }
  const value = own[name];
  if (best === undefined || value === undefined) return undefined;
  const title = name === "rmse" ? "RMSE" : "macro F1";
  const figures = `Its ${title} is ${decimal(value)}; that of the best baseline (${baselineShortNames[best.key]}) is ${decimal(best.value)}.`;
  const interval = name === "rmse" ? own.rmseInterval : own.macroF1Interval;
  const isWithin = interval !== undefined && best.value >= interval[0] && best.value <= interval[1];
  if (isWithin) return `${figures} The difference is within the 95 % interval and may be chance.`;
  return sign * value > sign * best.value
    ? `${figures} The model is better.`
    : `${figures} The baseline is better: this model is not worth its cost.`;
}

/** Three decimals for the usual sizes; errors in large or tiny units keep their leading digits. */
function decimal(value: number | undefined): string | undefined {
  if (!isNumber(value)) return undefined;
  const size = Math.abs(value);
  if (size >= 1000) return formatCount(value);
  return size >= 0.01 || size === 0 ? value.toFixed(3) : value.toPrecision(3);
}

function percent(value: number | undefined): string | undefined {
  return isNumber(value) ? `${(100 * value).toFixed(1)} %` : undefined;
}

/** A number that JSON lost (NaN) comes back as null. */
function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function withInterval(
  text: string | undefined,
  interval: readonly [number, number] | undefined,
  show: (value: number) => string | undefined,
): string | undefined {
  const [lower, upper] = [show(interval?.[0] as number), show(interval?.[1] as number)];
  return text === undefined || lower === undefined || upper === undefined ? text : `${text} (${lower} to ${upper})`;
}
