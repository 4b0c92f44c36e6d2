import { exitCodes, UsageError } from "../errors.js";
import { counted } from "../report/numbers.js";
import type { Serving } from "../services.js";
import { Output } from "../terminal/output.js";
import { type CommandContext, defineCommand } from "./command.js";
import { explainListening, untilStopped } from "./listening.js";
import {
  numberOption,
  numberOptionOr,
  type OptionValues,
  onUnlessOption,
  switchOption,
  textOption,
  textOptionOr,
  textsOption,
  timeOptionOr,
} from "./options.js";
import { defaultThreads } from "./shared.js";

const whole = { whole: true, min: 1 } as const;

const options = {
  host: textOptionOr(
    "--host",
    "ADDRESS",
    "address to listen at; any but the loopback needs --keys or --no-auth",
    "127.0.0.1",
  ),
  port: numberOptionOr(
    "--port",
    "N",
    "port to listen at; 0 takes a free one",
    { whole: true, min: 0, max: 65_535 },
    8080,
  ),
  keys: textOption("--keys", "FILE", "ask for one of the API keys of this file, which holds their hashes"),
  auth: onUnlessOption("--no-auth", "ask for no key, although others than this machine can reach the service"),
  newKey: textOption("--new-key", "NAME", "print a new API key and its line for the file of --keys, and end"),
  shadow: textsOption(
    "--shadow",
    "MODEL",
    "run a second model beside the first and report where they differ; NAME=MODEL where there are several",
  ),
  maxBatch: numberOptionOr("--max-batch", "N", "most texts that are computed together", whole, 32),
  maxWait: timeOptionOr("--max-wait", "longest time that a text waits for others to be computed with", 2),
  maxQueue: numberOptionOr(
    "--max-queue",
    "N",
    "most texts of a model that wait; beyond, requests are refused with 429",
    whole,
    512,
  ),
  maxDelay: timeOptionOr("--max-delay", "longest time that a text is likely to wait; beyond, the same", 50),
  timeout: timeOptionOr("--timeout", "time after which a request is answered with 504", 5_000),
  threads: numberOption(
    "--threads",
    "N",
    "threads that compute, of each model (one a processor core, up to 8, if absent)",
    {
      ...whole,
      max: 64,
    },
  ),
  maxBody: numberOptionOr(
    "--max-body",
    "BYTES",
    "longest body of a request; of JSON lines, longest line",
    whole,
    2 ** 20,
  ),
  maxText: numberOptionOr("--max-text", "N", "most characters of a text", whole, 20_000),
  maxTexts: numberOptionOr("--max-texts", "N", "most texts of a list; JSON lines may have any number", whole, 256),
  cors: textsOption("--cors", "ORIGIN", "let the pages of this origin ask, such as https://example.org"),
  logRequests: switchOption("--log-requests", "write a line for each request"),
  logTexts: switchOption("--log-texts", "write the texts of the requests too; they may be private"),
} as const;

type Options = OptionValues<typeof options>;

export const serveCommand = defineCommand({
  name: "serve",
  summary: "answer requests for ratings over HTTP",
  description:
    "Serves models, each under the name of its folder (or as in stars=models/7), or all models of a folder, until Ctrl-C or SIGTERM. Folders are watched: a new version takes over without a request being lost, a broken one is refused. The page /docs tells how to ask; docs/serve.md tells the rest.",
  arguments: [
    {
      name: "MODEL",
      help: "folder that `starcast train` wrote, or a folder of such folders",
      optional: true,
      variadic: true,
    },
  ],
  options,
  examples: [
    "starcast serve model",
    "starcast serve model --shadow candidate",
    "starcast serve models --host 0.0.0.0 --keys keys.txt",
  ],
  run,
});

async function run(words: readonly string[], values: Options, context: CommandContext): Promise<number> {
  const serving = await context.services.serving();
  if (values.newKey !== undefined) return printNewKey(values.newKey, serving, context);
  if (words.length === 0) {
    throw new UsageError(
      "no-model",
      "Name a model to serve: the folder that `starcast train` wrote, or a folder of such folders.",
    );
  }
  checkAddress(values);
  const { terminal } = context;
  const keys = values.keys === undefined ? undefined : serving.KeyRing.read(values.keys);
  const sources = serving.findSources(words);
  const service = await serving.Service.start({
    sources,
    shadows: findShadows(values.shadow, sources, serving),
    settings: settingsOf(values, serving),
    log: serving.createLog(terminal),
    keys,
    host: values.host,
    port: values.port,
  }).catch((error: unknown) => {
    throw explainListening(error, values);
  });
  tellAddress(service.url, service.store.all(), context);
  await untilStopped(context);
  await service.stop();
  return exitCodes.ok;
}

function printNewKey(name: string, { newKey }: Serving, { terminal }: CommandContext): number {
  const { key, line } = newKey(name);
  terminal.stderr.write("The key, which is shown only now; give it to the client:\n");
  terminal.stdout.write(`${key}\n`);
  terminal.stderr.write(`The line for the file of --keys:\n${line}\n`);
  return exitCodes.ok;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

function checkAddress({ host, keys, auth }: Options): void {
  if (keys !== undefined && !auth)
    throw new UsageError("conflict", "--keys and --no-auth contradict each other; leave one out.");
  if (loopback.test(host) || keys !== undefined || !auth) return;
  throw new UsageError(
    "open-service",
    `At ${host} others than this machine can reach the service. Ask for keys with --keys FILE (--new-key NAME makes one), or say --no-auth if everybody may ask.`,
  );
}

function findShadows(words: readonly string[], sources: ReturnType<Serving["findSources"]>, { findSource }: Serving) {
  const only = sources.folders.length === 0 && sources.models.length === 1 ? sources.models[0].name : undefined;
  return words.map((word) => {
    const shadow = findSource(word, only);
    const isKnown = sources.folders.length > 0 || sources.models.some(({ name }) => name === shadow.name);
    if (isKnown) return shadow;
    throw new UsageError(
      "no-model",
      `--shadow ${word}: no model is called ${shadow.name}; say which one it runs beside, as in NAME=${shadow.path}.`,
    );
  });
}

function settingsOf(values: Options, { defaultSettings }: Serving) {
  const { maxBatch, maxWait, maxQueue, maxDelay, timeout, maxBody, maxText, maxTexts, threads } = values;
  return {
    ...defaultSettings,
    batch: { maxBatch, maxWait, maxQueue, maxDelay, timeout },
    limits: { ...defaultSettings.limits, maxBody, maxText, maxTexts },
    log: { requests: values.logRequests || values.logTexts, texts: values.logTexts },
    corsOrigins: values.cors,
    threads: threads ?? defaultThreads(),
  };
}

/** The address alone goes to standard output, for programs; the rest is for people. */
function tellAddress(
  url: string,
  models: readonly { readonly name: string; readonly facts: { readonly exampleText: string } }[],
  { terminal }: CommandContext,
): void {
  terminal.stdout.write(`${url}\n`);
  const output = new Output({ ...terminal, stdout: terminal.stderr });
  if (!terminal.stderr.isTTY || models.length === 0) return;
  const [{ name, facts }] = models;
  const body = JSON.stringify({ text: facts.exampleText }).replaceAll("'", "'\\''");
  output.gap();
  output.line(
    `${counted(models.length, "model")} at ${output.bold(url)}, explained at ${output.bold(`${url}/docs`)}; Ctrl-C stops.`,
  );
  output.line(output.cyan(`  curl ${url}/v1/models/${name}/predict -H 'content-type: application/json' -d '${body}'`));
}
