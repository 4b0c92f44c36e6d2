/** The little of Markdown that the tests of the documentation look at. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of code. */
export interface Fence {
  /** First word after the fence, such as `ts`; empty when there is none. */
  readonly language: string;
  /** Further words after the fence, such as `no-run`. */
  readonly flags: readonly string[];
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly code: string;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

export interface MarkdownFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly fences: readonly Fence[];
  readonly links: readonly Link[];
  /** Anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
}

/** All documentation: at the top, in docs/, and beside the packages, benchmarks and examples. */
export function documentation(): MarkdownFile[] {
  const packages = readdirSync(join(repository, "packages")).map((name) => `packages/${name}`);
  const paths = [
    ...markdownIn("."),
    ...markdownIn("docs", true),
    ...["bench", "examples"].flatMap((folder) => markdownIn(folder, true)),
    ...packages.flatMap((folder) => markdownIn(folder)),
  ];
  return paths.map((path) => parseMarkdown(path, readFileSync(join(repository, path), "utf8")));
}

function markdownIn(folder: string, recursive = false): string[] {
  if (!existsSync(join(repository, folder))) return [];
  const names = readdirSync(join(repository, folder), { recursive, encoding: "utf8" });
  const isOurs = (name: string) => name.endsWith(".md") && !name.split(/[\\/]/).includes("node_modules");
  return names.filter(isOurs).map((name) => join(folder, name));
}

export function parseMarkdown(path: string, text: string): MarkdownFile {
  const fences: Fence[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  let open: { marker: string; words: string[]; line: number; code: string[] } | undefined;
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const fence = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(content);
    if (open !== undefined) {
      if (fence?.[1].startsWith(open.marker) && fence[2] === "") {
        const [language = "", ...flags] = open.words;
        fences.push({ language, flags, line: open.line, code: open.code.join("\n") });
        open = undefined;
      } else open.code.push(content);
    } else if (fence) {
      open = { marker: fence[1], words: fence[2].split(/\s+/).filter(Boolean), line, code: [] };
    } else {
      const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(content);
      if (heading) anchors.add(uniqueAnchor(heading[1], anchors));
      for (const target of linkTargets(content)) links.push({ target, line });
    }
  }
  return { path, fences, links, anchors };
}

/** Targets of links and pictures in a line; not those inside `code`. */
function linkTargets(line: string): string[] {
  const prose = line.replace(/`[^`]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => match[1]);
  const references = [...prose.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g)].map((match) => match[1]);
  const sources = [...prose.matchAll(/<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  return [...inline, ...references, ...sources];
}

/** GitHub's rule: lower case, punctuation dropped, spaces to hyphens, `-1` and so on for repetitions. */
function uniqueAnchor(heading: string, taken: ReadonlySet<string>): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  const anchor = text.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replaceAll(" ", "-");
  let unique = anchor;
  for (let repetition = 1; taken.has(unique); repetition++) unique = `${anchor}-${repetition}`;
  return unique;
}
