import { exitCodes, UsageError } from "../errors.js";
import { statsOf } from "../files.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { explainListening, untilStopped } from "./listening.js";
import { numberOptionOr, type OptionValues } from "./options.js";

const options = {
  port: numberOptionOr(
    "--port",
    "N",
    "port to listen at; 0 takes a free one",
    { whole: true, min: 0, max: 65_535 },
    8090,
  ),
} as const;

type Options = OptionValues<typeof options>;

export const studioCommand = defineCommand({
  name: "studio",
  summary: "train, see and question models in the browser",
  description:
    "Serves the studio's pages to this machine alone, until Ctrl-C: drop a file, watch a model learn with all threads, look at where it errs, question it. Lists the runs in the folders that are named, or in the present one, opens their models, and follows those that are being trained. docs/studio.md tells the rest.",
  arguments: [
    {
      name: "RUNS",
      help: "folders with runs of `starcast train`; the present one if absent",
      optional: true,
      variadic: true,
    },
  ],
  options,
  examples: ["starcast studio", "starcast studio models --port 9000"],
  run,
});

async function run(words: readonly string[], { port }: Options, context: CommandContext): Promise<number> {
  const folders = words.length > 0 ? words : ["."];
  const missing = folders.find((folder) => statsOf(folder)?.isDirectory() !== true);
  if (missing !== undefined) {
    throw new UsageError(
      "no-folder",
      `There is no folder ${missing}; name one that holds runs, or none for the present one.`,
    );
  }
  const { buildStudio, pagesFolder, RunFolders, Trainings } = await context.services.studio();
  const runs = new RunFolders(folders);
  const trainings = new Trainings(runs.first);
  const app = await buildStudio({ pages: pagesFolder(), runs, trainings });
  // Only this machine: whoever reaches the studio reaches the data.
  const host = "127.0.0.1";
  const url = await app.listen({ host, port }).catch((error: unknown) => {
    throw explainListening(error, { host, port });
  });
  tellAddress(url, context);
  await untilStopped(context);
  trainings.stopAll();
  await app.close();
  return exitCodes.ok;
}

/** The address alone goes to standard output, for programs; the rest is for people. */
function tellAddress(url: string, { terminal }: CommandContext): void {
  terminal.stdout.write(`${url}\n`);
  if (!terminal.stderr.isTTY) return;
  const output = new Output({ ...terminal, stdout: terminal.stderr });
  output.gap();
  output.line(`The studio is at ${output.bold(url)}; open it in a browser. Ctrl-C stops it.`);
}
