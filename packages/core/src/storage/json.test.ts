import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.js";
import { encodeJson, parseJson } from "./json.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseJson(bytesOf(text), "config.json");

describe("parseJson", () => {
  it("reads what encodeJson wrote", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(parseJson(encodeJson(value), "x")).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("takes exactly the texts that JSON.parse takes, but for repeated keys", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"a"',
      '"b"',
      '"\\u0061"',
      '"\\"',
      ":",
      ",",
      "1",
      "-",
      "null",
      " ",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
        const text = list.join("");
        let expected: unknown;
        let valid = true;
        try {
          expected = JSON.parse(text);
        } catch {
          valid = false;
        }
        try {
          expect(parse(text)).toEqual(expected);
          expect(valid).toBe(true);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          expect(valid && error.code !== "duplicate-key").toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("accepts the same key in different objects, and as a value", () => {
    expect(parse('{"a":{"a":"a"},"b":[{"a":1},{"a":2}]}')).toEqual({ a: { a: "a" }, b: [{ a: 1 }, { a: 2 }] });
  });

  it.each([
    ["duplicate-key", '{"a":1,"a":2}', 'config.json has the key "a" twice in one object.'],
    ["duplicate-key", '{"b":{},"a" \n:1,"\\u0061":2}', 'config.json has the key "a" twice in one object.'],
    ["too-deep", "[".repeat(33), "config.json is nested deeper than 32 levels."],
    ["not-json", '{"a":}', "config.json is not valid JSON: "],
    ["not-json", "", "config.json is not valid JSON: "],
    ["not-json", '"', "config.json is not valid JSON: "],
  ])("refuses with %s: %s", (code, text, message) => {
    let error: unknown;
    try {
      parse(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message.startsWith(message)).toBe(true);
  });

  it("refuses bytes that are not UTF-8, and texts that are too long", () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), "config.json")).toThrow(
      "config.json is not valid UTF-8 text.",
    );
    expect(() => parseJson(bytesOf("[1, 2]"), "config.json", { maxBytes: 5 })).toThrow(
      "config.json has 6 bytes, more than the 5 allowed.",
    );
  });

  it("quotes nothing that steers a terminal, in a message on one line", () => {
    let message = "";
    try {
      parse('{"a":\u009b31m\u202e\n\u0007}');
    } catch (error) {
      ({ message } = error as FormatError);
    }
    expect(message).toContain("config.json is not valid JSON");
    expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("skips a byte order mark, as editors leave one", () => {
    expect(parse("\ufeff{}")).toEqual({});
  });

  it("changes no prototype", () => {
    const value = parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("encodeJson", () => {
  it("writes the tables of errors of the most labels so that they can be read again", () => {
    const row = new Array<number>(2000).fill(10);
    const tables = encodeJson({ confusion: [row, row] }).length / 2;
    // Validation and test part, and two baselines.
    expect(4 * 2000 * tables).toBeLessThan(64 * 2 ** 20);
  });

  it("writes indented text with a line break at the end, typed arrays as lists, and null for what JSON lacks", () => {
    const value = { counts: Uint32Array.of(1, 2), labels: ["a", 1], "[\n 1\n]": [], rmse: Number.NaN };
    const text = new TextDecoder().decode(encodeJson(value));
    expect(text).toBe(
      '{\n  "counts": [1, 2],\n  "labels": [\n    "a",\n    1\n  ],\n  "[\\n 1\\n]": [],\n  "rmse": null\n}\n',
    );
  });
});
