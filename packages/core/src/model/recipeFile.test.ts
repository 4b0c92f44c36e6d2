import { describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.js";
import { recipes, resolveSettings } from "../recipes/resolve.js";
import { readRecipe } from "./recipeFile.js";

const written = { ...resolveSettings(recipes.best, {}, 1000), name: "mine", description: "A try." };
const read = (changes: object) => readRecipe(JSON.parse(JSON.stringify({ ...written, ...changes })), "mine.json");

describe("readRecipe", () => {
  it("reads what was written, setting for setting", () => {
    expect(read({})).toEqual(JSON.parse(JSON.stringify(written)));
  });

  it.each([
    ["an unknown setting", { learningRat: 1 }, FormatError, 'mine.json: there is no setting "learningRat".'],
    ["a setting of another kind", { batchSize: "64" }, FormatError, "batchSize"],
    ["a setting that is missing", { schedule: undefined }, FormatError, "schedule"],
    ["a setting out of range", { outputDropout: 1 }, OptionError, "outputDropout"],
  ])("refuses %s", (_name, changes, type, message) => {
    expect(() => read(changes)).toThrow(type);
    expect(() => read(changes)).toThrow(message);
  });
});
