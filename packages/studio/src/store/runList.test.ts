import { describe, expect, it } from "vitest";
import type { Run } from "../protocol.js";
import { withKept, withRun } from "./runList.js";

const content = { files: new Map() };
const run = (id: string, isKept: boolean) => ({ id, ...(!isKept && { content }) }) as Run;
const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

describe("the list of runs", () => {
  it("follows what the browser keeps", () => {
    const [one, two] = [run("one", true), run("two", true)];
    expect(ids(withRun([one], two, [two, one]))).toEqual(["two", "one"]);
    expect(ids(withRun([two, one], two, [two]))).toEqual(["two"]);
  });

  it("holds two models in memory where the browser keeps none, and those that it keeps beside them", () => {
    let runs: readonly Run[] = [run("kept", true)];
    for (const id of ["a", "b", "c"]) runs = withRun(runs, run(id, false));
    expect(ids(runs)).toEqual(["c", "b", "kept"]);
    expect(ids(withKept(runs, [run("new", true)]))).toEqual(["c", "b", "new"]);
  });
});
