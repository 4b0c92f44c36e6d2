import { Command, CommanderError, Option } from "commander";
import type { CommandContext, CommandSpec } from "./commands/command.js";
import { commands } from "./commands/index.js";
import { nearest } from "./commands/nearest.js";
import type { OptionSpec } from "./commands/options.js";
import { exitCodeOf, exitCodes, isExplained, UsageError } from "./errors.js";
import { Output } from "./terminal/output.js";
import { wantsColour } from "./terminal/terminal.js";
import { version } from "./version.js";

/**
 * Runs one command line and reports what went wrong in plain words.
 *
 * @param args the words after the program's name.
 * @returns the exit code; never throws.
 */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await parseAndRun(args, context);
  } catch (error) {
    reportError(error, args, context);
    return exitCodeOf(error);
  }
}

async function parseAndRun(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = buildProgram(context, (code) => {
    exitCode = code;
  });
  if (args.length === 0) {
    program.outputHelp();
    return exitCodes.ok;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    throw explainParserError(error, args);
  }
  return exitCode;
}

/** The whole command line as a commander program; used for parsing, for help and by the reference page. */
export function buildProgram(context: CommandContext, onExit: (code: number) => void): Command {
  const { terminal } = context;
  const program = new Command("starcast")
    .description("Learns ratings from texts: from a file of reviews to a trained network and an honest result.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      // Mistakes are reported in our own words; the parser stays silent.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(terminal.stdout.columns ?? 100, 120),
      getOutHasColors: () => wantsColour(terminal, terminal.stdout),
    })
    .configureHelp({ styleTitle: (title) => `\u001b[1m${title}\u001b[22m`, sortOptions: false })
    .addHelpText(
      "after",
      "\nStart with:\n  starcast sample --out reviews.csv\n  starcast check reviews.csv\n  starcast train reviews.csv\n",
    );
  for (const spec of commands) addCommand(program, spec, context, onExit);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, context: CommandContext, onExit: (code: number) => void) {
  const command = program.command(spec.name).summary(spec.summary);
  command.description(spec.description === undefined ? spec.summary : `${spec.summary}\n\n${spec.description}`);
  for (const { name, help, optional, variadic } of spec.arguments) {
    const dotted = variadic ? `${name}...` : name;
    command.argument(optional ? `[${dotted}]` : `<${dotted}>`, help);
  }
  for (const option of Object.values(spec.options)) command.addOption(toParserOption(option));
  if (spec.examples.length > 0) {
    command.addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}\n`);
  }
  command.action(async (...received: unknown[]) => {
    const words = received
      .slice(0, spec.arguments.length)
      .flat()
      .filter((word) => word !== undefined) as string[];
    const raw = command.opts<Record<string, unknown>>();
    const options: Record<string, unknown> = {};
    for (const [key, option] of Object.entries(spec.options))
      options[key] = raw[toParserOption(option).attributeName()] ?? option.default;
    onExit(await spec.run(words, options, context));
  });
}

function toParserOption(spec: OptionSpec<unknown>): Option {
  const option = new Option(
    spec.placeholder === undefined ? spec.flag : `${spec.flag} <${spec.placeholder}>`,
    spec.help,
  );
  if (spec.placeholder !== undefined) {
    option.argParser((text: string, before: unknown) =>
      spec.repeatable ? [...((before ?? []) as unknown[]), spec.parse(text)] : spec.parse(text),
    );
  }
  const value = spec.default;
  if (spec.placeholder === undefined) {
    // Undefined hides the default of a switch in the help: it is always "off".
    if (value === false) option.defaultValue = undefined;
  } else if (Array.isArray(value)) {
    // An empty list is no default worth showing.
    if (value.length > 0) option.default(value, value.join(","));
  } else if (typeof value === "string" || typeof value === "number")
    option.default(value, spec.defaultText ?? String(value));
  return option;
}

/** The parser's complaint as one sentence of ours, with the nearest name where one is near. */
function explainParserError(error: CommanderError, args: readonly string[]): UsageError {
  const command = commands.find(({ name }) => args.includes(name));
  const seeHelp = command === undefined ? "`starcast --help`" : `\`starcast ${command.name} --help\``;
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownCommand":
      return new UsageError(
        "unknown-command",
        `There is no command ${JSON.stringify(named)}${didYouMean(
          named,
          commands.map(({ name }) => name),
        )}; ${seeHelp} lists them.`,
      );
    case "commander.unknownOption": {
      const flags = Object.values(command?.options ?? {}).map(({ flag }) => flag);
      return new UsageError(
        "unknown-option",
        `There is no option ${named}${didYouMean(named, [...flags, "--help"])}; ${seeHelp} lists them.`,
      );
    }
    case "commander.missingArgument": {
      const usage = command === undefined ? "" : `: ${usageOf(command)}`;
      return new UsageError("missing-argument", `${named} is missing${usage}; ${seeHelp} tells more.`);
    }
    case "commander.optionMissingArgument":
      return new UsageError("missing-value", `${named} needs a value; ${seeHelp} tells which.`);
    case "commander.excessArguments": {
      const usage = command === undefined ? "" : `: ${usageOf(command)}`;
      return new UsageError(
        "too-many-words",
        `There are too many words on the command line${usage}; put a text of several words in quotes.`,
      );
    }
    default:
      return new UsageError("usage", `${error.message.replace(/^error: /, "").replace(/\n/g, " ")}; see ${seeHelp}.`);
  }
}

function usageOf(command: CommandSpec): string {
  const words = command.arguments.map(({ name, optional, variadic }) => {
    const dotted = variadic ? `${name}...` : name;
    return optional ? `[${dotted}]` : dotted;
  });
  return ["starcast", command.name, ...words, "[options]"].join(" ");
}

function didYouMean(name: string, candidates: readonly string[]): string {
  const found = nearest(name, candidates);
  return found === undefined ? "" : ` (did you mean ${found}?)`;
}

function reportError(error: unknown, args: readonly string[], context: CommandContext): void {
  const { terminal } = context;
  const debug = Boolean(terminal.env.STARCAST_DEBUG) || terminal.env.DEBUG === "1" || terminal.env.DEBUG === "starcast";
  const output = new Output({ ...terminal, stdout: terminal.stderr });
  const message = error instanceof Error ? error.message || error.name : String(error);
  const explained = isExplained(error);
  const name = explained ? "" : "Starcast failed: ";
  output.line(
    `${output.red(explained && exitCodeOf(error) === exitCodes.interrupted ? "Stopped." : "Error:")} ${name}${oneLine(message)}`,
  );
  if (debug && error instanceof Error) output.line(error.stack ?? "");
  else if (!explained) {
    output.line(
      output.dim(`This is likely a fault of Starcast; STARCAST_DEBUG=1 starcast ${args[0] ?? ""} ... shows where.`),
    );
  }
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ").trim();
}
