/** A short run of every subject, and the cases that once broke something; `npm run fuzz` runs as many as you like. */
import { pathToFileURL } from "node:url";
import { memoryFolder, RatingModel } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { dataCase, makeFolder, removeFolder } from "./data.js";
import { readModels, reusingEngine, withQuantized } from "./models.js";
import { subjects } from "./subjects.js";

/** Outcomes of some cases of a subject, each counted; a broken promise is an error with the case's number. */
async function outcomesOf(name: string, seed: number, numbers: Iterable<number>): Promise<Map<string, number>> {
  const subject = subjects[name]();
  const outcomes = new Map<string, number>();
  try {
    for (const number of numbers) {
      const outcome = await subject.run(seed, number).catch((cause: unknown) => {
        throw new Error(`npm run fuzz -- ${name} --seed ${seed} --from ${number} --count 1`, { cause });
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  } finally {
    subject.close();
  }
  return outcomes;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("broken files and hostile texts are refused with a typed error, or give a sound answer", () => {
  it("model folders", async () => {
    const outcomes = await outcomesOf("models", 1, range(1500));
    // The mutations are worth something only if they get past the first checks.
    for (const reached of [
      "answered",
      "not-json",
      "bad-value",
      "wrong-shape",

      "not-finite",
      "size-mismatch",
    ]) {
      expect(outcomes.get(reached) ?? 0, reached).toBeGreaterThan(0);
    }
  });

  it("model folders with 8-bit weights among them, computed by networks of their own", async () => {
    const models = await withQuantized(readModels(pathToFileURL("packages/core/src/model/testdata/")));
    const engine = reusingEngine();
    let small = 0;
    for (const files of models) {
      const [reusing, fresh] = [
        await RatingModel.load(memoryFolder(files), { engine }),
        await RatingModel.load(memoryFolder(files)),
      ];
      if (fresh.config.weights === "int8") small++;
      expect(reusing.predict("A lovely dress!")).toEqual(fresh.predict("A lovely dress!"));
      for (const model of [reusing, fresh]) model.dispose();
    }
    expect(small).toBeGreaterThanOrEqual(models.length / 2);
  });

  it("networks from PyTorch", async () => {
    const outcomes = await outcomesOf("imports", 1, range(150));
    for (const reached of ["answered", "bad-vocabulary", "not-finite"]) {
      expect(outcomes.get(reached) ?? 0, reached).toBeGreaterThan(0);
    }
  });

  it("data files", async () => {
    const outcomes = await outcomesOf("data", 1, range(400));
    for (const reached of ["read", "malformed-csv", "ragged-csv", "malformed-json", "bad-word-vector"]) {
      expect(outcomes.get(reached) ?? 0, reached).toBeGreaterThan(0);
    }
  });

  it("texts, one of them of a million characters or more", async () => {
    const outcomes = await outcomesOf("texts", 1, [...range(1000), 1999]);
    expect(outcomes.get("answered")).toBeGreaterThan(700);
  });
});

describe("data files that once broke something", () => {
  it.each([
    [1, 1, "words-without-order", "a control character in a message about labels"],
    [1, 57, "malformed-json", "a control character in a message about a line"],
    [1, 458, "bad-word-vector", "a control character in a message about a vector"],
    [1, 3304, "malformed-csv", "a carriage return alone among other line ends, at which DuckDB lost a value"],
    [1, 9964, "malformed-csv", "a carriage return too many, which DuckDB put before a value"],
    [23, 90372, "malformed-csv", "a quote that is opened again after a space, taken for a doubled one"],
    [1, 154, "no-text-column", "a byte order mark before a value, which DuckDB's binding drops"],
  ])("seed %i, case %i: %s, not %s", async (seed, number, outcome) => {
    const folder = makeFolder();
    try {
      expect(await dataCase(folder, seed, number, { everyStep: true })).toBe(outcome);
    } finally {
      removeFolder(folder);
    }
  });
});
