import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkFile, checkTree } from "./check-imports.mjs";

const core = (path: string, source: string) => checkFile(`packages/core/src/${path}`, source);
const cli = (path: string, source: string) => checkFile(`packages/cli/src/${path}`, source);

describe("a model of a stranger", () => {
  it.each([
    ["model/files.ts", "eval(text);", "no text becomes code"],
    ["storage/json.ts", "const parse = new Function('return ' + text);", "no text becomes code"],
    ["storage/json.ts", "globalThis.eval(text);", "no text becomes code"],
    ["storage/json.ts", `import { runInNewContext } from "node:vm";`, "no text becomes code"],
  ])("cannot run, because nothing in core could run it: %s: %s", (path, source, complaint) => {
    expect(core(path, source)).toEqual([expect.stringContaining(complaint)]);
  });

  it.each([
    ["data/diskFolder.ts", "await import(join(folder, 'model.js'));", "no text becomes code"],
    ["data/diskFolder.ts", `import vm from "vm";`, "no text becomes code"],
    ["data/diskFolder.ts", "Function(text)();", "no text becomes code"],
  ])("cannot run, because nothing in the command line could run it: %s: %s", (path, source, complaint) => {
    expect(cli(path, source)).toEqual([expect.stringContaining(complaint)]);
  });
});

describe("the direction of imports in core", () => {
  it.each([
    ["text/vocabulary.ts", `import { lstm } from "../nn/lstm.js";`, `"text" may not import "nn"`],
    ["metrics/a.ts", `import type { Network } from "../nn/network.js";`, `"metrics" may not import "nn"`],
    ["nn/lstm.ts", `export * from "../training/train.js";`, `"nn" may not import "training"`],
    ["nn/lstm.ts", `const t = await import("../training/train.js");`, `"nn" may not import "training"`],
    ["nn/lstm.ts", `type T = import("../model/model.js").RatingModel;`, `"nn" may not import "model"`],
    ["kernels/memory.ts", `import { x } from "../text/clean.js";`, `"kernels" may not import "text"`],
    ["training/train.ts", `import { fixed } from "../recipes/article.js";`, `"training" may not import "recipes"`],
    ["training/deep/er.ts", `import { m } from "../../model/model.js";`, `"training" may not import "model"`],
    ["attic/old.ts", `import { x } from "../random.js";`, `does not know`],
  ])("refuses an import that points up: %s: %s", (path, source, complaint) => {
    expect(core(path, source)).toEqual([expect.stringContaining(complaint)]);
  });

  it.each([
    ["text/clean.ts", `import { readFileSync } from "node:fs";`, "no Node module"],
    ["text/clean.ts", `import fs from "fs";`, "no Node module"],
    ["text/clean.ts", `import { z } from "zod";`, "no dependency"],
    ["text/clean.ts", "const m = await import(name);", "known only at run time"],
    ["text/clean.ts", `import { main } from "../../../cli/src/main.js";`, "outside this package"],
  ])("refuses Node modules and dependencies: %s: %s", (path, source, complaint) => {
    expect(core(path, source)).toEqual([expect.stringContaining(complaint)]);
  });

  it.each([
    ["nn/lstm.ts", "new Worker(url);", "only kernels/"],
    ["training/a.ts", "const m = globalThis.WebAssembly;", "only kernels/"],
    ["model/a.ts", "const home = process.env.HOME;", "outside Node"],
    ["nn/a.ts", "const v = (globalThis as { process?: unknown }).process;", "outside Node"],
  ])("refuses names that belong elsewhere: %s: %s", (path, source, complaint) => {
    expect(core(path, source)).toEqual([expect.stringContaining(complaint)]);
  });

  it("says the line", () => {
    expect(core("text/a.ts", `// one\n\nimport "../nn/lstm.js";`)).toEqual([
      expect.stringMatching(/^packages\/core\/src\/text\/a\.ts:3 /),
    ]);
  });

  it.each([
    ["model/model.ts", `import { train } from "../training/train.js"; import { z } from "./z.js";`],
    ["kernels/load.ts", "const module = await WebAssembly.compile(bytes);"],
    [
      "text/a.ts",
      `// import "../nn/lstm.js"\nconst s = 'import "../nn/lstm.js"'; const o = { process: 1 }; o.process;`,
    ],
    ["text/a.test.ts", `import { describe } from "vitest"; import { lstm } from "../nn/lstm.js";`],
  ])("lets pass what is in order: %s", (path, source) => {
    expect(core(path, source)).toEqual([]);
  });
});

describe("the imports of the command line", () => {
  it.each([
    `import { Lstm } from "../../../core/src/nn/lstm.js";`,
    `import { Lstm } from "@starcast/core/dist/nn/lstm.js";`,
  ])("may not reach into core: %s", (source) => {
    expect(cli("commands/train.ts", source)).toEqual([expect.stringContaining(`only what "@starcast/core" exports`)]);
  });

  it("may use core's front door, Node and dependencies", () => {
    const source = `import { train } from "@starcast/core"; import "node:fs"; import { Command } from "commander";`;
    expect(cli("commands/train.ts", source)).toEqual([]);
  });
});

describe("the imports of the client", () => {
  it("may not reach outside", () => {
    const file = (source: string) => checkFile("packages/client/src/client.ts", source);
    for (const target of ["node:http", "undici", "@starcast/core", "../../cli/src/serve/schemas.js"]) {
      expect(file(`import "${target}";`)).toEqual([expect.stringContaining("no dependency")]);
    }
    expect(file(`import { ServiceError } from "./errors.js";`)).toEqual([]);
  });
});

describe("the imports of the studio", () => {
  it.each([
    [`import { readFileSync } from "node:fs";`, "no Node module"],
    [`import { htmlPage } from "starcast";`, "browsers have starcast/browser"],
    [`import { judge } from "../../cli/src/report/verdict.js";`, "outside this package"],
    [`import { Lstm } from "@starcast/core/dist/nn/lstm.js";`, "only what"],
  ])("may not reach further than browsers do: %s", (source, complaint) => {
    expect(checkFile("packages/studio/src/app.tsx", source)).toEqual([expect.stringContaining(complaint)]);
  });

  it("may use both front doors, dependencies and markup", () => {
    const source = `import { train } from "@starcast/core"; import "starcast/browser"; import { render } from "preact"; render(<p class="a" />, x);`;
    expect(checkFile("packages/studio/src/app.tsx", source)).toEqual([]);
  });
});

describe("a whole tree", () => {
  let root = "";
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is searched to the bottom", () => {
    root = mkdtempSync(join(tmpdir(), "starcast-imports-"));
    const write = (path: string, source: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    };
    write("packages/cli/src/main.ts", `import "@starcast/core";`);
    write("packages/core/src/text/spacy/rules.ts", `import "../../nn/lstm.js";`);
    expect(checkTree(root)).toEqual([expect.stringMatching(/^packages\/core\/src\/text\/spacy\/rules\.ts:1 /)]);
  });
});
