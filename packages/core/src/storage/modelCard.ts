import { escapeMarkdown, formatCount, markdownTable, quoteYaml } from "./markdown.js";
import { type CardBaselines, type CardEvaluation, resultsSection } from "./modelCardResults.js";

/**
 * What is known of a model. Each part that is absent is left out of the card: nothing is invented, and no gap is left
 * to be filled in.
 */
export interface ModelCardFacts {
  /** `rating`: ordered labels; `class`: labels without order; `number`: any real number. */
  readonly task: "rating" | "class" | "number";
  /** Title of the card; when absent, one by the task. */
  readonly name?: string;
  /** Other software trained the model, and how is not known. */
  readonly isImported?: boolean;
  /** In order, for `rating` and `class`. */
  readonly labels?: readonly (string | number)[];
  /** The model gives probabilities (a classifier), not only a number (a regression). */
  readonly hasProbabilities?: boolean;
  /** SPDX identifier in lower case, such as `mit`: the licence that the model's owner gives it. */
  readonly license?: string;
  /** Languages of the texts as ISO 639 codes, such as `en`. */
  readonly languages?: readonly string[];
  readonly data?: CardData;
  readonly vocabulary?: { readonly distinctTokens: number; readonly keptTokens: number };
  /** Tokens of a text that are read. */
  readonly maxLength?: number;
  readonly training?: CardTraining;
  /** On the validation part; `usedForEarlyStopping` when the part also chose the weights. */
  readonly validation?: CardEvaluation & { readonly usedForEarlyStopping?: boolean };
  readonly test?: CardEvaluation;
  readonly baselines?: CardBaselines;
}

/** The rows that the model comes from. */
export interface CardData {
  /** Rows of all parts. */
  readonly rows: number;
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
  /** Where the rows come from: a file's or a data set's name. */
  readonly source?: string;
  readonly textColumns?: readonly string[];
  readonly labelColumn?: string;
  /** Rows of each label, in the order of the labels. */
  readonly histogram?: readonly { readonly label: string | number; readonly rows: number }[];
}

/** How the model was trained. */
export interface CardTraining {
  readonly recipe?: string;
  /** Settings by name, such as `hiddenSize`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly parameterCount?: number;
  /** Epochs that were run. */
  readonly epochs?: number;
  /** The epoch, from 1, whose weights were kept. */
  /** Of each member. */
  readonly keptEpochs?: readonly number[];
  readonly reason?: "finished" | "earlyStopped" | "aborted" | "outOfTime";
  readonly seed?: number;
  readonly threads?: number;
  readonly seconds?: number;
  /** Of the programs, such as `{ starcast: "0.1.0" }`. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Day of the training, such as `2026-11-24`. */
  readonly date?: string;
}

const mostLabelsShown = 30;

/**
 * The model card, `README.md`: front matter in the style of Hugging Face, what the model does, how to use it, what it
 * was trained on and how, results beside the baselines, limits. Texts from users (column names, labels) are escaped.
 */
export function modelCard(facts: ModelCardFacts): string {
  const sections = [
    frontMatter(facts),
    `# ${escapeMarkdown(facts.name ?? title(facts))}\n\n${summary(facts)}`,
    usage(facts),
    dataSection(facts),
    resultsSection(facts),
    trainingSection(facts.training),
    limits(facts),
  ];
  return `${sections.filter((section) => section !== undefined).join("\n\n")}\n`;
}

function frontMatter({ task, license, languages = [], validation, test }: ModelCardFacts): string {
  const lines = ["---"];
  if (license !== undefined) lines.push(`license: ${quoteYaml(license)}`);
  if (languages.length > 0) lines.push("language:", ...languages.map((language) => `  - ${quoteYaml(language)}`));
  lines.push("library_name: starcast", "pipeline_tag: text-classification", "tags:", "  - starcast", "  - lstm");
  lines.push(`  - ${{ rating: "rating-prediction", class: "text-classification", number: "text-regression" }[task]}`);
  const measured = test ?? validation;
  const known = { rmse: measured?.rmse, mae: measured?.mae, accuracy: measured?.accuracy, f1: measured?.macroF1 };
  const names = Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [`  - ${name}`]));
  if (names.length > 0) lines.push("metrics:", ...names);
  return [...lines, "---"].join("\n");
}

function title({ task }: ModelCardFacts): string {
  return { rating: "Ratings from text", class: "Classes from text", number: "Numbers from text" }[task];
}

function summary({ task, labels = [], hasProbabilities = task === "class", isImported }: ModelCardFacts): string {
  const starcast = "[Starcast](https://www.npmjs.com/package/starcast)";
  const network = `a recurrent network (LSTM) ${isImported ? `for ${starcast}, trained elsewhere` : `trained with ${starcast}`}`;
  const list = labels.length === 0 ? "" : ` (${listLabels(labels)})`;
  if (task === "number") return `This model reads a text and predicts a number. It is ${network}.`;
  if (task === "class") {
    return `This model reads a text and predicts its class${list}, with the probability of each. It is ${network}.`;
  }
  const answers = hasProbabilities
    ? "the expected rating, which may lie between two ratings, the most likely rating, and the probability of each"
    : "the expected rating, which may lie between two ratings, and the nearest rating";
  return `This model reads a text and predicts its rating${list}: ${answers}. It is ${network}.`;
}

function listLabels(labels: readonly (string | number)[]): string {
  const shown = labels.length <= 12 ? labels : labels.slice(0, 10);
  const rest = labels.length - shown.length;
  return `${shown.map(escapeMarkdown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function usage({ task }: ModelCardFacts): string {
  const field = { rating: "rating", class: "label", number: "rating" }[task];
  return `## How to use it

On the command line, in this folder:

\`\`\`sh
npx starcast predict . "Lovely colour, but it fell apart after a week."
\`\`\`

In a Node program:

\`\`\`js
import { loadModel } from "starcast";

const model = await loadModel(".");
console.log(model.predict("Lovely colour, but it fell apart after a week.").${field});
\`\`\`

In a browser, with this folder on the page's server:

\`\`\`js
import { httpFolder, RatingModel } from "@starcast/core";

const model = await RatingModel.load(httpFolder("."));
console.log(model.predict("Lovely colour, but it fell apart after a week.").${field});
\`\`\`

The weights are in \`model.safetensors\`, named and shaped as PyTorch names and shapes them. No file holds code.`;
}

function dataSection({ data, vocabulary, task }: ModelCardFacts): string | undefined {
  if (data === undefined) return undefined;
  const { rows, source, textColumns = [], labelColumn, histogram = [] } = data;
  const parts = (["train", "validation", "test"] as const).flatMap((part) => {
    const count = data[part] ?? 0;
    return count > 0 ? [`${formatCount(count)} for ${part === "train" ? "training" : part}`] : [];
  });
  const from = source === undefined ? "" : ` from ${escapeMarkdown(source)}`;
  const lines = [`${formatCount(rows)} labelled texts${from}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}.`];
  if (textColumns.length > 0) {
    lines.push(`Text: ${textColumns.map(escapeMarkdown).join(", ")}${textColumns.length > 1 ? ", joined" : ""}.`);
  }
  if (labelColumn !== undefined) lines.push(`Label: ${escapeMarkdown(labelColumn)}.`);
  if (vocabulary !== undefined) {
    const { keptTokens, distinctTokens } = vocabulary;
    lines.push(`Vocabulary: ${formatCount(keptTokens)} of ${formatCount(distinctTokens)} different tokens.`);
  }
  const total = histogram.reduce((sum, bar) => sum + bar.rows, 0);
  const table = total > 0 ? `\n\n${histogramTable(histogram, total, task)}` : "";
  return `## Training data\n\n${lines.join(" ")}${table}`;
}

function histogramTable(
  histogram: NonNullable<CardData["histogram"]>,
  total: number,
  task: ModelCardFacts["task"],
): string {
  const cells = (label: string, rows: number) => [label, formatCount(rows), `${((100 * rows) / total).toFixed(1)} %`];
  const shown = histogram.slice(0, mostLabelsShown).map(({ label, rows }) => cells(escapeMarkdown(label), rows));
  const rest = histogram.slice(mostLabelsShown);
  if (rest.length > 0)
    shown.push(
      cells(
        `${rest.length} more`,
        rest.reduce((sum, { rows }) => sum + rows, 0),
      ),
    );
  const heading = { rating: "Rating", class: "Class", number: "Number" }[task];
  return markdownTable([heading, "Rows", "Share"], shown);
}

function trainingSection(training: CardTraining | undefined): string | undefined {
  if (training === undefined) return undefined;
  const { recipe, parameterCount, epochs, keptEpochs, reason, seed, threads, seconds, date } = training;
  const facts: [string, string | number | undefined][] = [
    ["Recipe", recipe && escapeMarkdown(recipe)],
    ["Trained numbers", parameterCount && formatCount(parameterCount)],
    ["Epochs", describeEpochs(epochs, keptEpochs, reason)],
    ["Seed", seed],
    ["Threads", threads],
    ["Time", seconds === undefined ? undefined : describeTime(seconds)],
    ["Date", date && escapeMarkdown(date)],
    ...escapedEntries(training.versions).map(([name, value]): [string, string] => [`Version of ${name}`, value]),
    ...escapedEntries(training.settings),
  ];
  const rows = facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  return rows.length === 0 ? undefined : `## Training\n\n${markdownTable(["Fact", "Value"], rows)}`;
}

function escapedEntries(values: Readonly<Record<string, string | number | boolean>> = {}): [string, string][] {
  return Object.entries(values).map(([name, value]) => [escapeMarkdown(name), escapeMarkdown(String(value))]);
}

function describeEpochs(
  epochs?: number,
  keptEpochs: readonly number[] = [],
  reason?: CardTraining["reason"],
): string | undefined {
  if (epochs === undefined) return undefined;
  const which =
    keptEpochs.length > 1 ? `epochs ${keptEpochs.join(", ")}, one of each network` : `epoch ${keptEpochs[0]}`;
  const kept = keptEpochs.length === 0 ? "" : `, weights of ${which}`;
  const ends = { aborted: ", stopped by the user", earlyStopped: ", stopped early", outOfTime: ", its time was over" };
  const why = reason === undefined || reason === "finished" ? "" : ends[reason];
  return `${epochs}${kept}${why}`;
}

function describeTime(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function limits({ task, maxLength, validation, test, training }: ModelCardFacts): string {
  const what = { rating: "rate", class: "are labelled", number: "are scored" }[task];
  const lines = [
    `It knows the kind of text that it was trained on, its language, and how such texts ${what}. On other texts its errors are unknown and usually larger: measure them on rows of your own before you rely on it.`,
    "Words outside its vocabulary are all the same to it. A text of unknown words gets an answer too, and that answer means little.",
  ];
  if (maxLength !== undefined) lines.push(`It reads the first ${formatCount(maxLength)} tokens of a text, not more.`);
  if (validation?.usedForEarlyStopping && test === undefined) {
    lines.push("The validation rows also decided when training stopped, so its results are a little too good.");
  }
  if (training?.reason === "aborted") lines.push("Training was stopped before its planned end.");
  lines.push(
    "It learned from what people wrote, prejudices included. It should not decide about people without one of them looking.",
  );
  return `## Limits\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}
