import { mkdirSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../errors.js";
import { temporaryFolder } from "../testing/harness.js";
import { findSources } from "./sources.js";

const files = temporaryFolder();
afterAll(() => files.remove());
for (const folder of ["stars", "models/a", "models/b", "models/.hidden", "empty", "odd name"]) {
  mkdirSync(files.path(folder), { recursive: true });
  if (folder !== "empty") files.write(`${folder}/config.json`, "{}");
}

function failureOf(words: readonly string[]): unknown {
  try {
    return findSources(words);
  } catch (error) {
    return error;
  }
}

describe("findSources", () => {
  it("names a model after its folder, or as it is told, and knows folders of models", () => {
    const [stars, models] = [files.path("stars"), files.path("models")];
    expect(findSources([stars, `other=${files.path("models/a")}`, models])).toEqual({
      models: [
        { name: "stars", path: stars },
        { name: "other", path: files.path("models/a") },
      ],
      folders: [models],
    });
  });

  it.each([
    [["stars", "stars"], "two-models"],
    [["a=stars", "models"], "two-models"],
    [["nowhere"], "no-model"],
    [["empty"], "no-model"],
    [["odd name"], "bad-name"],
    [["../x=stars"], "no-model"],
  ])("refuses %j as %s", (words, code) => {
    const failure = failureOf(
      words.map((word) => word.replace(/(stars|models|empty|odd name)$/, (name) => files.path(name))),
    );
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ code });
  });
});
