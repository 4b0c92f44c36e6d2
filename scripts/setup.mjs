/**
 * Makes a fresh clone ready: installs the dependencies and builds the packages, each only when it is needed.
 *
 * Plain Node without dependencies, since it runs before there are any. Written for old versions of Node too, so that
 * they reach the message about their age.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url));

const oldestNode = [20, 19];
/** Sources that the build makes from others. */
const madeByBuild = [
  "wasmBinary.generated.ts",
  "predictionBinary.generated.ts",
  "byteBinary.generated.ts",
  "workerSource.generated.ts",
  "page.generated.ts",
];
const packages = ["packages/core", "packages/cli", "packages/client", "packages/studio"];
/** What is there once everything is built. */
const built = [
  "packages/core/dist/index.js",
  "packages/cli/dist/index.js",
  "packages/client/dist/index.js",
  "packages/studio/dist/index.html",
];

/** Why this version of Node cannot run Starcast, or undefined when it can. */
export function complaintAboutNode(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return undefined;
  return `Starcast needs Node ${oldestNode.join(".")} or later; this is ${version}. A newer one is at https://nodejs.org.`;
}

/** True when the folder `node_modules` is missing or was installed from another lock file. */
export function needsInstall(root) {
  const stamp = join(root, "node_modules/.starcast-installed");
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint([join(root, "package-lock.json")]);
}

/** True when a package is not built, or something that it is built from has changed since. */
export function needsBuild(root) {
  const stamp = join(root, "node_modules/.starcast-built");
  const isBuilt = built.every((file) => existsSync(join(root, file)));
  return !isBuilt || !existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint(buildInputs(root));
}

/** Installs and builds what is missing; throws an Error whose message is meant for the user. */
export function setUp(root = repository) {
  if (needsInstall(root)) {
    console.log("Installing the dependencies (once; npm ci) ...");
    const cause = "See npm's message above: most often there is no network, or the disk is full. Then try again.";
    npm(
      root,
      ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
      `The dependencies could not be installed. ${cause}`,
    );
    writeStamp(root, ".starcast-installed", fingerprint([join(root, "package-lock.json")]));
  }
  if (needsBuild(root)) {
    console.log("Building the packages ...");
    // Taken before the build, so that an edit made while it runs is built the next time.
    const inputs = fingerprint(buildInputs(root));
    npm(root, ["run", "build", "--silent"], "The build failed; the compiler's message is above.");
    writeStamp(root, ".starcast-built", inputs);
  }
}

function npm(root, args, complaint) {
  // As a shell command, since npm is a script on Windows; there is nothing to quote.
  const { status } = spawnSync(`npm ${args.join(" ")}`, { cwd: root, stdio: "inherit", shell: true });
  if (status !== 0) throw new Error(complaint);
}

function writeStamp(root, name, content) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(join(root, "node_modules", name), content);
}

/** Every file that has a say in what the build makes. */
function buildInputs(root) {
  const files = ["tsconfig.base.json", "package-lock.json"].map((name) => join(root, name));
  for (const name of packages) {
    for (const part of ["src", "page", "public", "assembly", "scripts", "bin"])
      files.push(...filesUnder(join(root, name, part)));
    for (const part of ["package.json", "tsconfig.json", "tsconfig.build.json", "index.html", "vite.config.ts"])
      files.push(join(root, name, part));
  }
  return files.filter((file) => !file.endsWith(".test.ts") && existsSync(file));
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return madeByBuild.includes(entry.name) || entry.name.endsWith(".tmp") ? [] : [path];
  });
}

/** Depends on names and contents only, so that a copied or freshly checked-out tree is not built again for its dates. */
function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    if (!statSync(file).isFile()) continue;
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Sets up, or ends the process with one plain sentence. */
export function setUpOrExit() {
  try {
    const complaint = complaintAboutNode(process.version);
    if (complaint !== undefined) throw new Error(complaint);
    setUp();
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) setUpOrExit();
