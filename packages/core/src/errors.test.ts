import { describe, expect, it } from "vitest";
import { DataError, DivergedError, EngineError, FormatError, OptionError, StarcastError } from "./errors.js";

describe("errors", () => {
  it.each([
    ["DataError", DataError],
    ["OptionError", OptionError],
    ["FormatError", FormatError],
    ["EngineError", EngineError],
    ["DivergedError", DivergedError],
  ])("%s keeps its name, code, message and cause, and is a StarcastError", (name, ErrorClass) => {
    const cause = new Error("below");
    const error = new ErrorClass("some-code", "What, where, how to mend.", { cause });
    expect(error).toBeInstanceOf(StarcastError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code: "some-code", message: "What, where, how to mend.", cause });
    expect(String(error)).toBe(`${name}: What, where, how to mend.`);
  });

  it("are told apart by their class", () => {
    expect(new DataError("a", "b")).not.toBeInstanceOf(OptionError);
    expect(new FormatError("a", "b")).not.toBeInstanceOf(DataError);
  });
});
