/**
 * Runs the snippets of the documentation: every `js` and `ts` block, unless its fence says `no-run`. The snippets of a
 * page run in order in one folder, which holds `reviews.csv`, a small sample, and `model`, trained on it; so a later one
 * finds what an earlier one has saved. They see the built packages, as a user does.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentation, repository } from "./markdown.js";

const runFile = promisify(execFile);
const command = join(repository, "packages/cli/bin/starcast.js");
const languages: Readonly<Record<string, "js" | "ts">> = { js: "js", javascript: "js", ts: "ts", typescript: "ts" };

const pages = documentation()
  .map(({ path, fences }) => {
    const snippets = fences.flatMap(({ language, flags, line, code }) => {
      const kind = languages[language];
      return kind === undefined || flags.includes("no-run") ? [] : [{ kind, line, code }];
    });
    return { path, snippets };
  })
  .filter(({ snippets }) => snippets.length > 0);

describe.skipIf(pages.length === 0)("the documentation's snippets (skipped while there are none)", () => {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "starcast-docs-"));
    // Snippets find the packages as they would in a user's project.
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await runFile(process.execPath, [command, "sample", "--out", "all.csv"], { cwd: folder });
    const few = readFileSync(join(folder, "all.csv"), "utf8").split("\n").slice(0, 301);
    writeFileSync(join(folder, "reviews.csv"), `${few.join("\n")}\n`);
    const train = ["train", "reviews.csv", "--epochs", "1", "--no-baselines", "--out", "model"];
    await runFile(process.execPath, [command, ...train], { cwd: folder });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(pages)("of $path have correct types", async ({ path, snippets }) => {
    const files = snippets.map(({ kind, line, code }) => {
      const name = `${path.replace(/\W/g, "_")}_${line}.${kind}`;
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
      return name;
    });
    const compilerOptions = {
      ...{ module: "NodeNext", target: "ES2022", lib: ["ES2023", "DOM", "DOM.AsyncIterable"], types: ["node"] },
      ...{ strict: true, noEmit: true, skipLibCheck: true, allowJs: true, checkJs: false },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const compiler = join(repository, "node_modules/typescript/lib/tsc.js");
    const complaints = await runFile(process.execPath, [compiler, "--project", folder]).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    expect(complaints).toBe("");
  });

  it.each(pages)("of $path run", { timeout: 120_000 }, async ({ path, snippets }) => {
    for (const { kind, line, code } of snippets) {
      const { code: script } = await transform(code, { loader: kind, format: "esm", target: "node20" });
      const name = `snippet-${line}.mjs`;
      writeFileSync(join(folder, name), script);
      try {
        await runFile(process.execPath, [name], { cwd: folder });
      } catch (error) {
        const { stderr } = error as { stderr: string };
        expect.fail(`The snippet at ${path}:${line} does not run:\n${stderr}`);
      }
    }
  });
});
