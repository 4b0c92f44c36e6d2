import type { CommandSpec } from "./commands/command.js";
import { commands } from "./commands/index.js";
import type { OptionSpec } from "./commands/options.js";

/** The reference page of the command line in Markdown, made from the tables that the parser and the help use. */
export function commandReference(): string {
  const intro = [
    "# Commands",
    "",
    "Made from the option tables of the commands; `starcast COMMAND --help` prints the same.",
    "",
    "Exit codes: 0 all well, 1 Starcast failed, 2 the command line or the data cannot be used (one sentence on standard",
    "error says why), 130 interrupted by Ctrl-C. `STARCAST_DEBUG=1` adds the stack to an error. `NO_COLOR=1` and",
    "`FORCE_COLOR=1` decide about colours, `STARCAST_CACHE` about the folder of downloaded data.",
  ];
  return `${[...intro, ...commands.flatMap((command) => ["", ...section(command)])].join("\n")}\n`;
}

function section(command: CommandSpec): string[] {
  const words = command.arguments.map(({ name, optional, variadic }) => {
    const dotted = variadic ? `${name}...` : name;
    return optional ? `[${dotted}]` : dotted;
  });
  const lines = [`## ${command.name}`, "", `${sentence(command.summary)} ${command.description ?? ""}`.trim(), ""];
  lines.push("```", ["starcast", command.name, ...words, "[options]"].join(" "), "```", "");
  for (const { name, help } of command.arguments) lines.push(`- \`${name}\`: ${help}`);
  if (command.arguments.length > 0) lines.push("");
  lines.push("| Option | Meaning | Default |", "|---|---|---|");
  for (const option of Object.values(command.options)) lines.push(row(option));
  if (command.examples.length > 0) lines.push("", "```sh", ...command.examples, "```");
  return lines;
}

function row({ flag, placeholder, help, default: value, defaultText, repeatable }: OptionSpec<unknown>): string {
  const typed = placeholder === undefined ? flag : `${flag} ${placeholder}${repeatable ? " ..." : ""}`;
  return `| \`${typed}\` | ${help.replaceAll("|", "\\|")} | ${defaultText === undefined ? shownDefault(value) : `\`${defaultText}\``} |`;
}

function shownDefault(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "" : `\`${value.join(",")}\``;
  return typeof value === "string" || typeof value === "number" ? `\`${value}\`` : "";
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
