import type { PairedDifference, RatedRows, RatingScale } from "@starcast/core";
import type { LabelledSource } from "../data/readTexts.js";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelSource } from "../files.js";
import { count, percent, score } from "../report/numbers.js";
import { table } from "../report/table.js";
import { unitOf } from "../report/units.js";
import type { Core, Data } from "../services.js";
import { Output } from "../terminal/output.js";
import { wrap } from "../terminal/wrap.js";
import type { CommandContext } from "./command.js";
import { printColumns, printSkipped } from "./dataReport.js";
import { defaultThreads } from "./shared.js";

/** What a comparison of saved models takes of the command line. */
interface ModelComparison {
  readonly models: readonly string[];
  readonly text: readonly string[];
  readonly label: string | undefined;
  readonly skipBadRows: boolean;
  readonly threads: number | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Rates the same rows with saved models, and tells whether they differ by more than chance. */
export async function compareModels(
  paths: readonly string[],
  values: ModelComparison,
  { terminal, services }: CommandContext,
): Promise<number> {
  const { models } = values;
  if (models.length < 2) {
    throw new UsageError("too-few-models", "--models takes two or more model folders, separated by commas.");
  }
  for (const path of models) checkModelSource(path);
  const output = new Output(terminal, values);
  const [core, data] = await Promise.all([services.core(), services.data()]);
  const rated: Rated[] = [];
  let source: LabelledSource | undefined;
  for (const path of models) {
    const model = await core.RatingModel.load(data.diskFolder(path), { threads: values.threads ?? defaultThreads() });
    try {
      requireSameLabels(rated[0], path, model.scale);
      source ??= await openRows(paths, values, { scale: model.scale, data, output });
      rated.push({ path, scale: model.scale, answers: await model.rate(source.rows) });
    } finally {
      model.dispose();
    }
  }
  const pairs = comparePairs(rated, core);
  print(output, rated[0], pairs);
  if (values.json) output.printJson({ data: paths, rows: rated[0].answers.rows, comparisons: pairs });
  return exitCodes.ok;
}

interface Rated {
  readonly path: string;
  readonly scale: RatingScale;
  readonly answers: RatedRows;
}

interface Pair {
  readonly first: string;
  readonly second: string;
  readonly differences: readonly PairedDifference[];
}

async function openRows(
  paths: readonly string[],
  { text, label, skipBadRows }: ModelComparison,
  { scale, data, output }: { scale: RatingScale; data: Data; output: Output },
): Promise<LabelledSource> {
  const { task } = scale;
  const labels = scale.task === "number" ? undefined : scale.labels;
  const source = await data.openLabelledTexts(paths, { text, label, task, labels, skipBadRows, purpose: "evaluate" });
  printColumns(output, source, source.rows.length, task);
  printSkipped(output, source);
  return source;
}

function requireSameLabels(first: Rated | undefined, path: string, scale: RatingScale): void {
  const labelsOf = (of: RatingScale): string => (of.task === "number" ? "" : JSON.stringify(of.labels));
  if (first === undefined || (first.scale.task === scale.task && labelsOf(first.scale) === labelsOf(scale))) return;
  throw new UsageError(
    "other-labels",
    `${first.path} and ${path} answer with different labels, so they cannot be compared.`,
  );
}

/** The first model with each of the others. */
function comparePairs([first, ...others]: readonly Rated[], core: Core): Pair[] {
  return others.map((other) => ({
    first: first.path,
    second: other.path,
    differences: core.compareAnswers(first.answers, other.answers, first.scale),
  }));
}

function print(output: Output, { scale, answers }: Rated, pairs: readonly Pair[]): void {
  for (const { first, second, differences } of pairs) {
    output.resultHeading(`${first} against ${second}, on ${count(answers.rows)} rows`);
    const lines = differences.map(({ measure, first: ours, second: theirs, difference, interval }) => {
      const shown = (value: number): string => (measure === "accuracy" ? percent(value) : score(value));
      return [measure, shown(ours), shown(theirs), shown(difference), `${shown(interval[0])} to ${shown(interval[1])}`];
    });
    const [head, ...rest] = table([["", first, second, "difference", "95 % interval"], ...lines]);
    output.line(output.bold(head));
    for (const line of rest) output.line(line);
    output.gap();
    for (const line of wrap(describePair({ first, second, differences }, scale), output.columns - 4))
      output.line(`  ${line}`);
  }
  output.note("Rows that one of the models learned from flatter it: compare on rows that are new to all of them.");
}

/** The verdict on the first measure, in a sentence. */
export function describePair({ first, second, differences }: Pair, scale: RatingScale): string {
  const [{ measure, difference, interval, better }] = differences;
  const unit = measure === "RMSE" ? ` ${unitOf(scale)}` : "";
  const range = `95 % interval ${score(interval[0])} to ${score(interval[1])}`;
  if (better === undefined) {
    return `The difference in ${measure} is within noise: ${score(difference)}${unit} (${range}, which holds 0).`;
  }
  const [winner, loser] = better === "first" ? [first, second] : [second, first];
  return `${winner} is better than ${loser}: its ${measure} is ${measure === "RMSE" ? "lower" : "higher"} by ${score(Math.abs(difference))}${unit} (difference ${score(difference)}, ${range}).`;
}
