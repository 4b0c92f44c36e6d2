import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { complaintAboutNode, needsBuild, needsInstall, setUp } from "./setup.mjs";

describe("the version of Node", () => {
  it.each(["v20.19.0", "v20.20.2", "v22.0.0", "v24.9.0"])("%s is accepted", (version) => {
    expect(complaintAboutNode(version)).toBeUndefined();
  });

  it.each(["v20.18.3", "v18.20.0", "v9.0.0"])("%s is refused in one sentence that names both versions", (version) => {
    expect(complaintAboutNode(version)).toContain(`needs Node 20.19 or later; this is ${version}`);
  });
});

describe("in a fresh clone", () => {
  let root = "";
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "starcast-setup-"));
    const lock = { name: "clone", version: "1.0.0", lockfileVersion: 3, packages: { "": { name: "clone" } } };
    // A build that leaves what it was asked to make, and a line for each time that it ran.
    const build = `node -e "for (const [p,f] of [['core','index.js'],['cli','index.js'],['client','index.js'],['studio','index.html']]) { const d='packages/'+p+'/dist/'; fs.mkdirSync(d,{recursive:true}); fs.writeFileSync(d+f,'') }"`;
    write("package.json", JSON.stringify({ name: "clone", version: "1.0.0", scripts: { build } }));
    write("package-lock.json", JSON.stringify(lock));
    write("packages/core/src/index.ts", "export const one = 1;");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("installs and builds once, then only what has changed or is gone, and says when the build fails", () => {
    expect([needsInstall(root), needsBuild(root)]).toEqual([true, true]);
    setUp(root);
    expect([needsInstall(root), needsBuild(root)]).toEqual([false, false]);

    write("packages/core/src/index.test.ts", "a test is not built");
    expect(needsBuild(root)).toBe(false);
    write("packages/core/src/index.ts", "export const two = 2;");
    expect([needsInstall(root), needsBuild(root)]).toEqual([false, true]);
    setUp(root);
    rmSync(join(root, "packages/cli/dist"), { recursive: true });
    expect(needsBuild(root)).toBe(true);

    write("package.json", JSON.stringify({ name: "clone", version: "1.0.0", scripts: { build: "exit 3" } }));
    expect(() => setUp(root)).toThrow("The build failed");
    expect(needsBuild(root)).toBe(true);

    write("package-lock.json", "{}");
    expect(needsInstall(root)).toBe(true);
  });
});
