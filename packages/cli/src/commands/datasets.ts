import { exitCodes, UsageError } from "../errors.js";
import { bytes, count } from "../report/numbers.js";
import type { Data } from "../services.js";
import { shellWord } from "../shellWord.js";
import { Output } from "../terminal/output.js";
import { createProgress } from "../terminal/progress.js";
import { type CommandContext, defineCommand } from "./command.js";
import { nearest } from "./nearest.js";
import type { OptionValues } from "./options.js";
import { outputOptions } from "./shared.js";

const options = outputOptions;

export const datasetsCommand = defineCommand({
  name: "datasets",
  summary: "list public data sets, or download one",
  description:
    "Downloads are checked by their SHA-256 and kept in a cache folder (STARCAST_CACHE, or the system's own).",
  arguments: [
    { name: "ACTION", help: "list or get" },
    { name: "NAME", help: "the data set to get", optional: true },
  ],
  options,
  examples: ["starcast datasets list", "starcast datasets get womens-clothing"],
  run,
});

async function run(
  words: readonly string[],
  values: OptionValues<typeof options>,
  context: CommandContext,
): Promise<number> {
  const [action, name] = words;
  const output = new Output(context.terminal, values);
  const data = await context.services.data();
  if (action === "list") {
    list(output, data.datasets);
    if (values.json) output.printJson(data.datasets);
    return exitCodes.ok;
  }
  if (action !== "get") {
    const near = nearest(action, ["list", "get"]);
    throw new UsageError(
      "unknown-action",
      `datasets takes list or get NAME, not ${JSON.stringify(action)}${near === undefined ? "" : ` (did you mean ${near}?)`}.`,
    );
  }
  if (name === undefined) {
    throw new UsageError("missing-argument", "datasets get needs a name; `starcast datasets list` shows them.");
  }
  await get(name, output, data);
  return exitCodes.ok;
}

async function get(name: string, output: Output, data: Data): Promise<void> {
  const names = data.datasets.map((dataset) => dataset.name);
  if (!names.includes(name)) {
    const near = nearest(name, names);
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new UsageError(
      "unknown-dataset",
      `There is no data set ${JSON.stringify(name)}${hint}; \`starcast datasets list\` shows them.`,
    );
  }
  const progress = await createProgress(output);
  const found = await data
    .getDataset(name, {
      onProgress: ({ received, total }) =>
        progress.update(
          total === undefined ? 0 : received / total,
          `${bytes(received)}${total === undefined ? "" : ` of ${bytes(total)}`}`,
        ),
    })
    .finally(() => progress.stop());
  const { dataset, path, fromCache } = found;
  output.tick(`${dataset.description}`);
  output.tick(
    `${count(dataset.rows)} rows, ${bytes(found.bytes)}, ${fromCache ? "already in the cache" : "checked and kept in the cache"}`,
  );
  output.note(`licence: ${dataset.licence}`);
  output.note(`source: ${dataset.source}`);
  output.line(output.quiet ? path : `  ${path}`);
  const columns = [
    ...dataset.text.map((column) => `--text ${shellWord(column)}`),
    `--label ${shellWord(dataset.label)}`,
  ].join(" ");
  output.next([
    [`starcast check ${shellWord(path)} ${columns}`, "look at the data"],
    [`starcast train ${shellWord(path)} ${columns}`, "learn its ratings"],
  ]);
  if (output.json) output.printJson({ ...dataset, path, bytes: found.bytes, fromCache });
}

function list(
  output: Output,
  datasets: readonly { name: string; description: string; rows: number; licence: string }[],
): void {
  for (const { name, description, rows, licence } of datasets) {
    output.line(`${output.bold(name)}  ${count(rows)} rows, ${licence}`);
    output.line(`  ${description}`);
  }
  output.next(datasets.slice(-1).map(({ name }) => [`starcast datasets get ${name}`, "download it"]));
}
