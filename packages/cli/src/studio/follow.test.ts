import { appendFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/harness.js";
import { followLines } from "./follow.js";

const files = temporaryFolder();
afterAll(() => files.remove());

describe("followLines", () => {
  it("gives whole lines as they are written, those of a file that is begun anew too, and ends with its signal", async () => {
    const path = files.path("events.jsonl");
    const over = new AbortController();
    const seen: string[] = [];
    const steps: readonly (() => void)[] = [
      () => writeFileSync(path, "one\ntw"),
      () => appendFileSync(path, "o – zwei\n\nthr"),
      () => appendFileSync(path, "ee\n"),
      () => writeFileSync(path, "new\n"),
      () => over.abort(),
    ];
    const wanted = [["one"], ["two – zwei"], ["three"], ["new"], []];
    let step = 0;
    steps[0]();
    for await (const line of followLines(path, over.signal)) {
      seen.push(line);
      if (seen.length === wanted.slice(0, step + 1).flat().length) steps[++step]();
    }
    expect(seen).toEqual(wanted.flat());
  });

  it("waits for a file that is not there yet", async () => {
    const path = files.path("later.jsonl");
    const over = new AbortController();
    setTimeout(() => writeFileSync(path, "here\n"), 50);
    for await (const line of followLines(path, over.signal)) {
      expect(line).toBe("here");
      over.abort();
    }
  });
});
