import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Explainer, Explanation, RatingModel, SmallestChange } from "@starcast/core";
import { exitCodes, UsageError } from "../errors.js";
import { checkModelSource, statsOf } from "../files.js";
import { printExplanation, type ToldExplanation } from "../report/explanation.js";
import { explanationPage } from "../report/explanationPage.js";
import { bytes } from "../report/numbers.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { numberOption, numberOptionOr, type OptionValues, switchOption, textOption } from "./options.js";
import { outputOptions } from "./shared.js";

const options = {
  html: textOption("--html", "FILE", "write the explanation as one HTML page that needs no network"),
  force: switchOption("--force", "replace an earlier file of --html"),
  step: numberOption(
    "--step",
    "X",
    "how far the smallest change of words has to move the rating (a star, or the distance of two ratings, if absent)",
    { above: 0 },
  ),
  maxChanges: numberOptionOr(
    "--max-changes",
    "N",
    "most words that the smallest change may touch; 0 looks for none",
    { whole: true, min: 0, max: 20 },
    3,
  ),
  ...outputOptions,
} as const;

type Options = OptionValues<typeof options>;

export const explainCommand = defineCommand({
  name: "explain",
  summary: "say why a model rates a text as it does",
  description:
    "Shows what each word adds to the rating or takes from it, in stars, so that all words together add up to the rating minus that of a text of average words (integrated gradients); the rating after each word as it is read; and the fewest words that would have to differ for a rating a star lower or higher.",
  arguments: [
    { name: "MODEL", help: "folder that `starcast train` wrote" },
    { name: "TEXT", help: "the text, or - for all of standard input (also through a pipe)", optional: true },
  ],
  options,
  examples: [
    'starcast explain model "arrived late but works great"',
    'starcast explain model "not good" --html why.html',
    "starcast explain model - --json < review.txt",
  ],
  run,
});

async function run([modelPath, given]: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const output = new Output(context.terminal, values);
  if (values.html !== undefined) checkPageName(values.html, values.force);
  checkModelSource(modelPath);
  const text = await readText(given, context);
  const [core, data] = await Promise.all([context.services.core(), context.services.data()]);
  const model = await core.RatingModel.load(data.diskFolder(modelPath));
  try {
    const explainer = new core.Explainer(model);
    const explanation = explainer.explain(text);
    const told: ToldExplanation = {
      explanation,
      readings: explainer.readings(explanation),
      ...(values.maxChanges > 0 && { changes: findChanges(explainer, explanation, model, values, core.unitStep) }),
    };
    if (values.json) output.printJson(asJson(told));
    else printExplanation(output, told, model.scale);
    if (values.html !== undefined) {
      const page = new TextEncoder().encode(explanationPage(told, model.scale));
      await data.writeAtomically(values.html, (temporary) => writeFile(temporary, page));
      output.gap();
      output.tick(`${bytes(page.length)} written to ${output.bold(values.html)}`);
    }
  } finally {
    model.dispose();
  }
  return exitCodes.ok;
}

/** Before the model is read rather than after. */
function checkPageName(path: string, force: boolean): void {
  if (![".html", ".htm"].includes(extname(path).toLowerCase())) {
    throw new UsageError("unknown-extension", `--html names a file that ends in .html, not ${path}.`);
  }
  const stats = statsOf(path);
  if (stats?.isDirectory()) throw new UsageError("not-a-file", `--html ${path} is a folder; give the name of a file.`);
  if (stats !== undefined && !force) {
    throw new UsageError(
      "file-exists",
      `There is already a file ${path}; replace it with --force or choose another name with --html.`,
    );
  }
}

async function readText(given: string | undefined, { terminal }: CommandContext): Promise<string> {
  if (given !== undefined && given !== "-") {
    if (given.trim() !== "") return given;
    throw new UsageError("empty-text", "The text is empty: there is nothing to explain.");
  }
  if (given === undefined && terminal.stdin.isTTY === true) {
    throw new UsageError(
      "no-text",
      'Give a text to explain, as in `starcast explain MODEL "a text"`, or - and a pipe.',
    );
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of terminal.stdin)
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  text += decoder.decode();
  // The line feed that ends a file belongs to the file.
  text = text.replace(/\r?\n$/, "");
  if (text.trim() === "") throw new UsageError("empty-text", "Standard input is empty: there is nothing to explain.");
  return text;
}

function findChanges(
  explainer: Explainer,
  explanation: Explanation,
  { config, scale }: RatingModel,
  { step = 0, maxChanges }: Options,
  unitStep: (config: RatingModel["config"]) => number,
): NonNullable<ToldExplanation["changes"]> {
  const move = step || unitStep(config);
  const { value } = explanation;
  const hasRoom = (direction: SmallestChange["direction"]) => {
    if (scale.task === "class") return direction === "down";
    if (scale.task === "number") return true;
    return direction === "down"
      ? value - move >= scale.values[0]
      : value + move <= scale.values[scale.values.length - 1];
  };
  const sought = (["down", "up"] as const).filter(hasRoom);
  const found = sought.flatMap(
    (direction) => explainer.smallestChange(explanation, { direction, step: move, maxChanges }) ?? [],
  );
  return { step: move, most: maxChanges, found, sought };
}

function asJson({ explanation, readings, changes }: ToldExplanation): unknown {
  return { ...explanation, readings, ...(changes && { step: changes.step, changes: changes.found }) };
}
