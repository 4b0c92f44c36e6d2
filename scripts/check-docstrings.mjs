/**
 * Counts what packages/core exports without a docstring: `node scripts/check-docstrings.mjs`. Fails below `least`.
 *
 * Counted are the functions, classes, their public methods, types and constants that the front door, src/index.ts, lets
 * out, directly or through `export ... from`.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const least = 0.9;

/** Everything that the module at `entry` exports: name, file, and whether a docstring stands before it. */
export function publicDeclarations(entry) {
  const found = new Map();
  collect(entry, undefined, found, new Set());
  return [...found.values()];
}

/** Adds the exports of `file` named in `wanted` (exported name -> name inside; all when undefined) to `found`. */
function collect(file, wanted, found, seen) {
  const key = `${file} ${wanted === undefined ? "*" : [...wanted].sort().join(",")}`;
  if (seen.has(key) || !existsSync(file)) return;
  seen.add(key);
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source);
  const context = { file, source, comments, found };
  const declarations = new Map();
  for (const statement of program.body) {
    const declared = statement.declaration ?? statement;
    for (const name of namesOf(declared)) {
      // Of overloads the first one carries the docstring.
      if (!declarations.has(name)) declarations.set(name, { statement, declared });
    }
  }
  const isWanted = (name) => wanted === undefined || wanted.has(name);
  for (const statement of program.body) {
    if (statement.type === "ExportAllDeclaration") {
      collect(sourceOf(file, statement), wanted, found, seen);
    } else if (statement.type === "ExportNamedDeclaration" && statement.source) {
      const names = statement.specifiers.filter((one) => isWanted(one.exported.name)).map((one) => one.local.name);
      if (names.length > 0) collect(sourceOf(file, statement), new Set(names), found, seen);
    } else if (statement.type === "ExportNamedDeclaration") {
      const listed = statement.specifiers.map((one) => one.local.name);
      const names = statement.declaration ? namesOf(statement.declaration) : listed;
      for (const name of names.filter(isWanted)) record(name, declarations.get(name), context);
    }
  }
}

function record(name, declaration, { file, source, comments, found }) {
  if (declaration === undefined) return;
  const isDocumented = (node) =>
    comments.some(
      ({ type, value, end }) =>
        type === "Block" && value.startsWith("*") && end <= node.start && source.slice(end, node.start).trim() === "",
    );
  const add = (label, node) => {
    const line = source.slice(0, node.start).split("\n").length;
    if (!found.has(`${file} ${label}`))
      found.set(`${file} ${label}`, { name: label, file, line, documented: isDocumented(node) });
  };
  const { statement, declared } = declaration;
  add(name, statement);
  if (declared.type !== "ClassDeclaration") return;
  for (const member of declared.body.body) {
    const isMethod = member.type === "MethodDefinition" && member.kind !== "constructor";
    const isHidden = member.key?.type !== "Identifier" || ["private", "protected"].includes(member.accessibility);
    if (isMethod && !isHidden && !member.override) add(`${name}.${member.key.name}`, member);
  }
}

function namesOf(declared) {
  if (declared.type === "VariableDeclaration") return declared.declarations.map(({ id }) => id.name).filter(Boolean);
  return declared.id?.name === undefined ? [] : [declared.id.name];
}

function sourceOf(file, statement) {
  return join(dirname(file), statement.source.value.replace(/\.js$/, ".ts"));
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const declarations = publicDeclarations(join(root, "packages/core/src/index.ts"));
  const bare = declarations.filter(({ documented }) => !documented);
  const share = declarations.length === 0 ? 1 : 1 - bare.length / declarations.length;
  const isEnough = share >= least;
  if (!isEnough || process.argv.includes("--list")) {
    for (const { name, file, line } of bare) console.error(`${relative(root, file)}:${line} ${name} has no docstring`);
  }
  const percent = Math.floor(share * 1000) / 10;
  const total = declarations.length;
  console.log(`docstrings: ${total - bare.length} of ${total} public names (${percent} %; at least ${least * 100} %)`);
  if (!isEnough) process.exitCode = 1;
}
