/**
 * Holds the direction of imports: `node scripts/check-imports.mjs [ROOT]`.
 *
 * Each room of packages/core/src may import only the rooms named here; the other rules are in `placeRules` and
 * `checkImport`. Files are parsed, so strings and comments that look like imports do not count.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { walk } from "./syntax.mjs";

const lowest = ["errors", "random", "quote"];

/** Room of packages/core/src -> the rooms that it may import besides itself. A room is a folder, or a file at the top. */
export const rooms = {
  quote: [],
  errors: ["quote"],
  random: ["errors"],
  text: lowest,
  metrics: lowest,
  baselines: lowest,
  storage: lowest,
  kernels: lowest,
  nn: [...lowest, "kernels"],
  training: [...lowest, "nn", "text", "metrics", "baselines", "storage"],
  recipes: [...lowest, "training", "text"],
  analysis: [...lowest, "text", "metrics"],
  data: [...lowest, "training", "analysis"],
  model: [...lowest, "training", "recipes", "nn", "text", "metrics", "baselines", "storage", "analysis"],
  explain: [...lowest, "model", "training", "nn", "text"],
  examine: [...lowest, "explain", "model", "training", "text", "metrics", "analysis"],
  index: ["*"],
};

const core = "packages/core/src/";
const cli = "packages/cli/src/";
const client = "packages/client/src/";
const studio = "packages/studio/src/";
const bareBuiltins = new Set(builtinModules);

/** Every violation in the tree under `root`, as `file:line message`. */
export function checkTree(root) {
  const problems = [];
  for (const place of [core, cli, client, studio].filter((folder) => existsSync(join(root, folder)))) {
    for (const file of sourcesUnder(join(root, place))) {
      const path = relative(root, file).split(sep).join("/");
      problems.push(...checkFile(path, readFileSync(file, "utf8")));
    }
  }
  return problems;
}

/** The violations in one file, whose path is relative to the repository. */
export function checkFile(path, source) {
  const { program, errors } = parseSync(path, source);
  const problems = [];
  const report = (node, message) => problems.push(`${path}:${lineOf(source, node.start)} ${message}`);
  for (const error of errors) problems.push(`${path} cannot be parsed: ${error.message}`);
  const isTest = /\.test\.tsx?$|\.case\.ts$|\/testing\//.test(path);
  walk(program, (node, parent, key) => {
    const target = importedModule(node);
    if (target !== undefined) {
      const message = checkImport(path, target, isTest);
      if (message !== undefined) report(node, message);
    }
    if (node.type === "Identifier" && isMention(parent, key) && !isTest) {
      const message = checkName(path, node.name);
      if (message !== undefined) report(node, message);
    }
  });
  return problems;
}

/** The module that a node imports; undefined for other nodes, "" for a module that is only known at run time. */
function importedModule(node) {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
    case "ImportExpression":
    case "TSImportType": {
      const source = node.source ?? node.argument;
      if (source === undefined || source === null) return undefined;
      return source.value ?? source.literal?.value ?? "";
    }
    default:
      return undefined;
  }
}

function checkImport(path, target, isTest) {
  if (["vm", "node:vm"].includes(target) && !isTest) return `imports ${target}: no text becomes code`;
  if (path.startsWith(core)) return checkCoreImport(path.slice(core.length), target, isTest);
  const inside = target.startsWith(".") ? posix.join(posix.dirname(path), target) : target;
  if (path.startsWith(client)) return checkClientImport(target, inside, isTest);
  if (path.startsWith(studio)) return checkStudioImport(target, inside, isTest);
  const reachesCore = inside.startsWith("packages/core/") || target.startsWith("@starcast/core/");
  if (target === "" && !isTest) return "imports a module known only at run time: no text becomes code";
  if (reachesCore && !isTest) return `imports ${target}: the command line uses only what "@starcast/core" exports`;
  if (inside.startsWith("packages/") && !inside.startsWith(cli) && inside !== "packages/cli/package.json" && !isTest) {
    return `imports ${target}, which is outside this package`;
  }
  return undefined;
}

/** The client is all there is of it: for browsers too, without a dependency. */
function checkClientImport(target, inside, isTest) {
  if (isTest || inside.startsWith(client)) return undefined;
  return `imports ${target}: the client has no dependency, and runs in browsers`;
}

/** The studio runs in browsers, on the library and on what the command line offers to browsers. */
function checkStudioImport(target, inside, isTest) {
  if (isTest) return undefined;
  if (target.startsWith("node:") || bareBuiltins.has(target))
    return `imports ${target}: the studio uses no Node module`;
  if (/^(@starcast\/core|starcast)\//.test(target) && target !== "starcast/browser") {
    return `imports ${target}: the studio uses only what "@starcast/core" and "starcast/browser" export`;
  }
  if (target === "starcast") return "imports starcast, which needs Node: browsers have starcast/browser";
  if (inside.startsWith("packages/") && !inside.startsWith(studio)) {
    return `imports ${target}, which is outside this package`;
  }
  return undefined;
}

function checkCoreImport(path, target, isTest) {
  if (!target.startsWith(".")) {
    if (isTest) return undefined;
    const isNode = target.startsWith("node:") || bareBuiltins.has(target);
    return `imports ${target || "a module known only at run time"}: core uses ${isNode ? "no Node module" : "no dependency"}`;
  }
  const inside = posix.join(posix.dirname(path), target);
  if (inside.startsWith("..")) return isTest ? undefined : `imports ${target}, which is outside this package`;
  // Tests may bring in helpers from anywhere below the front door, but a room's own code may not.
  if (isTest) return undefined;
  const from = roomOf(path);
  const to = roomOf(inside);
  const allowed = rooms[from];
  if (allowed === undefined) return `is in the room "${from}", which scripts/check-imports.mjs does not know`;
  const isAllowed =
    from === to || allowed.includes("*") || allowed.some((name) => name === to || inside.replace(/\.js$/, "") === name);
  return isAllowed ? undefined : `imports ${target}: "${from}" may not import "${to}"`;
}

/** Names that only some places may speak of. */
function checkName(path, name) {
  // A model from a stranger is data: nothing that it holds can run, because nothing here could run it.
  if (["eval", "Function"].includes(name)) return `mentions ${name}: no text becomes code`;
  if (!path.startsWith(core)) return undefined;
  const isEngine = path.startsWith(`${core}kernels/`);
  if (["WebAssembly", "Worker"].includes(name) && !isEngine) {
    return `mentions ${name}: only kernels/ knows the engine`;
  }
  if (["process", "require", "Buffer", "__dirname"].includes(name) && !isEngine) {
    return `mentions ${name}: core runs outside Node too`;
  }
  return undefined;
}

/** False where an identifier is merely a label: the property after a dot, the key of an object, a type's member. */
function isMention(parent, key) {
  if (parent === undefined) return true;
  const isPropertyName = key === "property" && parent.type === "MemberExpression" && !parent.computed;
  if (isPropertyName) return ["globalThis", "self"].includes(withoutCast(parent.object).name);
  const isDeclaredName = key === "id" || key === "params" || key === "label" || key === "local" || key === "imported";
  return !((key === "key" && !parent.computed) || isDeclaredName);
}

function withoutCast(node) {
  const isCast = ["TSAsExpression", "ParenthesizedExpression", "TSNonNullExpression"].includes(node.type);
  return isCast ? withoutCast(node.expression) : node;
}

function roomOf(path) {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.(test\.)?[jt]s$/, "");
}

function lineOf(source, offset) {
  return source.slice(0, offset).split("\n").length;
}

function sourcesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".generated.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const problems = checkTree(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log("imports: every one goes in a permitted direction");
}
