import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "./clean.js";

describe("cleanText", () => {
  it("turns a run of non-ASCII characters into one space, and each punctuation mark and digit into one", () => {
    expect(cleanText("It’s 5'4\" – NICE!!\r\n\tYes")).toBe("it s        nice     yes");
    expect(cleanText("caf\u00e9\u{1f600}\u00e9s")).toBe("caf s");
  });

  it("replaces all of Python's string.punctuation, and no other ASCII character but digits, tab, CR and LF", () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const replaced = ascii.filter((character) => character !== " " && cleanText(character) === " ").join("");
    expect(replaced).toBe("\t\n\r!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~");
  });

  it("changes nothing when applied again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });
});
