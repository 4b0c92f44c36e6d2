/** Holds the `starcast` commands in the documentation's `sh` blocks against the help of the program itself. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentation, parseMarkdown, repository } from "./markdown.js";

const program = join(repository, "packages/cli/bin/starcast.js");
const shells = ["sh", "bash", "shell", "console"];

function helpOf(...words: string[]): string {
  return execFileSync(process.execPath, [program, ...words, "--help"], { encoding: "utf8" });
}

/** Words of the starcast commands in a block of shell; `\` at a line's end continues it, `#` begins a remark. */
function commandsIn(code: string): string[][] {
  const lines = code.replace(/\\\n\s*/g, " ").split("\n");
  return lines.flatMap((line) => {
    const command = /^\s*(?:\$ )?(?:.*\| )?(?:npx )?starcast(?:\s+(.*))?$/.exec(line.replace(/(^|\s)#.*$/, ""));
    if (!command) return [];
    return [[...(command[1] ?? "").matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word)];
  });
}

const helps = new Map<string, string>();

function complaint(words: readonly string[]): string | undefined {
  const [name, ...rest] = words;
  if (name === undefined || name.startsWith("-")) return undefined;
  const overview = helps.get("") ?? helpOf();
  helps.set("", overview);
  if (!new RegExp(`^\\s+${name}\\b`, "m").test(overview)) return `there is no command "${name}"`;
  const help = helps.get(name) ?? helpOf(name);
  helps.set(name, help);
  const flags = rest.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0]);
  const unknown = flags.find((flag) => !new RegExp(`(^|[\\s,])${flag}(?![\\w-])`, "m").test(help));
  return unknown === undefined ? undefined : `"${name}" has no option ${unknown}`;
}

const documented = documentation().flatMap(({ path, fences }) =>
  fences
    .filter(({ language }) => shells.includes(language))
    .flatMap(({ code, line }) => commandsIn(code).map((words) => ({ place: `${path}:${line}`, words }))),
);

describe("the documentation's commands", () => {
  it("name commands and options that exist", () => {
    const complaints = documented.flatMap(({ place, words }) => {
      const problem = complaint(words);
      return problem === undefined ? [] : [`${place} starcast ${words.join(" ")}: ${problem}`];
    });
    expect(complaints).toEqual([]);
  });

  it("are found in blocks of shell, pipes, remarks and continued lines included", () => {
    const code =
      'npx starcast train a.csv \\\n  --epochs 3 # quick\ncat x | starcast predict model -\nnpm start\nstarcast predict m "not bad"';
    const [{ code: read }] = parseMarkdown("x.md", `\`\`\`sh\n${code}\n\`\`\``).fences;
    expect(commandsIn(read)).toEqual([
      ["train", "a.csv", "--epochs", "3"],
      ["predict", "model", "-"],
      ["predict", "m", '"not bad"'],
    ]);
  });

  it("are held against the help: an unknown command or option is told", () => {
    expect(complaint(["trian", "a.csv"])).toContain('no command "trian"');
    expect(complaint(["train", "a.csv", "--epoch", "3"])).toContain("no option --epoch");
    expect(complaint(["train", "a.csv", "--epochs", "3"])).toBeUndefined();
  });
});
