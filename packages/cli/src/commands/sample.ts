import { exitCodes, UsageError } from "../errors.js";
import { checkNewFile } from "../files.js";
import { count } from "../report/numbers.js";
import { shellWord } from "../shellWord.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { numberOptionOr, type OptionValues, switchOption, textOptionOr } from "./options.js";
import { outputOptions } from "./shared.js";

const options = {
  out: textOptionOr("--out", "FILE", "CSV file to write", "reviews.csv"),
  rows: numberOptionOr("--rows", "N", "number of reviews", { whole: true, min: 1, max: 1_000_000 }, 5000),
  seed: numberOptionOr(
    "--seed",
    "N",
    "the same seed writes the same reviews",
    { whole: true, min: 0, max: 0xffff_ffff },
    1,
  ),
  force: switchOption("--force", "replace the file if it is there"),
  ...outputOptions,
} as const;

export const sampleCommand = defineCommand({
  name: "sample",
  summary: "write a file of made-up reviews to try things on",
  description: "Short synthetic reviews with 1 to 5 stars, made by a seeded generator: no person wrote them.",
  arguments: [],
  options,
  examples: ["starcast sample --out reviews.csv"],
  run,
});

async function run(
  _words: readonly string[],
  values: OptionValues<typeof options>,
  context: CommandContext,
): Promise<number> {
  const output = new Output(context.terminal, values);
  const { out, rows, seed, force } = values;
  checkNewFile(out, force);
  if (!/\.csv$/i.test(out))
    throw new UsageError(
      "unknown-extension",
      `The sample is a CSV file: give --out a name that ends in .csv, not ${out}.`,
    );
  const data = await context.services.data();
  await data.writeSample(out, { rows, seed });
  output.line(
    `  ${output.green(output.unicode ? "✔" : "ok")} ${count(rows)} made-up reviews with 1 to 5 stars, written to ${output.bold(out)}`,
  );
  output.next([
    [`starcast check ${shellWord(out)}`, "look at the data"],
    [`starcast train ${shellWord(out)}`, "learn its ratings"],
  ]);
  if (values.json) output.printJson({ out, rows, seed });
  return exitCodes.ok;
}
