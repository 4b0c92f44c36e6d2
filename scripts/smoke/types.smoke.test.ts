import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, it } from "vitest";
import { place, repository, run } from "./place.js";

const compiler = join(repository, "node_modules/typescript/lib/tsc.js");

describe("the types that are shipped", () => {
  it.each([
    { name: "NodeNext", module: "NodeNext", moduleResolution: "NodeNext" },
    { name: "Bundler", module: "ESNext", moduleResolution: "Bundler" },
  ])("resolve and hold with $name resolution, without skipping library checks", async ({ name, ...resolution }) => {
    const project = place("consumer", `tsconfig.${name}.json`);
    const lib = ["ES2023", "DOM", "DOM.AsyncIterable"];
    const options = {
      ...resolution,
      target: "ES2022",
      lib,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
    };
    writeFileSync(project, JSON.stringify({ compilerOptions: options, files: ["types.ts"] }));
    expect(await run(process.execPath, [compiler, "--project", project], place("consumer"))).toMatchObject({
      stdout: "",
      code: 0,
    });
  });

  it("of the command line's library resolve in Node", async () => {
    const project = place("consumer", "tsconfig.node.json");
    const options = { module: "NodeNext", target: "ES2022", strict: true, noEmit: true, skipLibCheck: true, types: [] };
    writeFileSync(project, JSON.stringify({ compilerOptions: options, files: ["typesOfNode.ts"] }));
    expect(await run(process.execPath, [compiler, "--project", project], place("consumer"))).toMatchObject({
      stdout: "",
      code: 0,
    });
  });
});

describe.each(["@starcast/core", "starcast", "@starcast/client", "@starcast/studio"])("the package %s", (name) => {
  it("passes publint's rules", async () => {
    const { messages, pkg } = await publint({ pkgDir: place("consumer/node_modules", name), pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});
