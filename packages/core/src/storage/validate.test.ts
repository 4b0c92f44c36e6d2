import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.js";
import { integerIn, listOf, numberIn, readNumber, readRecord, stringUpTo } from "./validate.js";

const config = (value: unknown) => readRecord(value, "config.json");
const sizes = { min: 1, max: 65_536 };

describe("RecordReader", () => {
  it("returns the values of a good file", () => {
    const record = config({
      network: { hiddenSize: 50, dropout: 0.5, bidirectional: true, pooling: "last" },
      labels: [1, 2.5],
      name: "x",
    });
    const network = record.record("network");
    expect(network.integer("hiddenSize", sizes)).toBe(50);
    expect(network.number("dropout", { min: 0, max: 1 })).toBe(0.5);
    expect(network.boolean("bidirectional")).toBe(true);
    expect(network.oneOf("pooling", ["last", "meanMax"])).toBe("last");
    expect(record.list("labels", readNumber, { minLength: 2, maxLength: 100 })).toEqual([1, 2.5]);
    expect(record.string("name", { maxLength: 1 })).toBe("x");
    network.refuseOtherKeys();
    record.refuseOtherKeys();
  });

  it("names file, path, rule and value", () => {
    const network = config({ network: { hiddenSize: "x" } }).record("network");
    expect(() => network.integer("hiddenSize", sizes)).toThrow(
      new FormatError(
        "bad-value",
        'config.json: network.hiddenSize must be a whole number from 1 to 65536, but it is "x".',
      ),
    );
  });

  it.each([0, 65_537, 1.5, "50", true, null, undefined, [50], Number.NaN, 2 ** 60])("takes %j for no size", (value) => {
    expect(() => config({ size: value }).integer("size", sizes)).toThrow(
      /^config\.json: size must be a whole number from 1 to 65536, but it is /,
    );
  });

  it.each([
    ["number", (value: unknown) => config({ x: value }).number("x"), ["1", null, Number.POSITIVE_INFINITY, Number.NaN]],
    ["number in range", (value: unknown) => config({ x: value }).number("x", { min: 0, max: 1 }), [-0.1, 1.1, "0"]],
    ["boolean", (value: unknown) => config({ x: value }).boolean("x"), [0, 1, "true", null]],
    ["string", (value: unknown) => config({ x: value }).string("x", { maxLength: 3 }), ["abcd", 1, null, []]],
    ["choice", (value: unknown) => config({ x: value }).oneOf("x", ["a", "b"]), ["c", "toString", 0, null]],
    [
      "list",
      (value: unknown) => config({ x: value }).list("x", readNumber, { maxLength: 2 }),
      [[1, 2, 3], {}, "12", ["1"]],
    ],
    ["record", (value: unknown) => config({ x: value }).record("x"), [null, [], "x", 1]],
    ["file", (value: unknown) => config(value), [null, [], "x", 1]],
  ])("refuses what is not a %s", (_kind, read, values) => {
    for (const value of values) expect(() => read(value), JSON.stringify(value)).toThrow(FormatError);
  });

  it("names an item of a list inside a list by its position", () => {
    const rows = listOf(listOf(integerIn({ min: 0, max: 9 }), { maxLength: 3 }), { maxLength: 3 });
    expect(() => config({ confusion: [[1], [2, -1]] }).required("confusion", rows)).toThrow(
      "config.json: confusion[1][1] must be a whole number from 0 to 9, but it is -1.",
    );
  });

  it("says that a value is missing", () => {
    expect(() => config({}).string("name", { maxLength: 9 })).toThrow(
      "config.json: name must be a text of at most 9 characters, but it is missing.",
    );
    expect(() => config({}).oneOf("task", ["rating", "class"])).toThrow(
      'config.json: task must be one of "rating", "class", but it is missing.',
    );
  });

  it("reads absent and null optional fields as undefined, and checks the others", () => {
    const record = config({ a: null, b: 2, c: "x" });
    const share = numberIn({ min: 0, max: 1 });
    expect(record.optional("a", share)).toBeUndefined();
    expect(record.optional("missing", share)).toBeUndefined();
    expect(() => record.optional("b", share)).toThrow("config.json: b must be a number from 0 to 1, but it is 2.");
    expect(record.optional("c", stringUpTo(5))).toBe("x");
  });

  it("sees own keys only, so that inherited names are missing and __proto__ is a key like others", () => {
    const record = config(JSON.parse('{"__proto__":{"size":1}}'));
    expect(record.has("constructor")).toBe(false);
    expect(() => record.integer("size", sizes)).toThrow("is missing");
    expect(record.record("__proto__").integer("size", sizes)).toBe(1);
    expect(() => config({}).record("constructor")).toThrow(
      "config.json: constructor must be an object, but it is missing.",
    );
  });

  it("refuses keys that nobody asked for", () => {
    const record = config({ size: 1, sise: 2 });
    record.integer("size", sizes);
    expect(() => record.refuseOtherKeys()).toThrow('config.json has the unknown key "sise"; known: size.');
  });

  it("cuts long values and escapes control characters", () => {
    expect(() => config({ x: `\u001b[2J${"y".repeat(10_000)}` }).boolean("x")).toThrow(
      /but it is "\\u001b\[2Jy{53}\.\.\."\.$/,
    );
  });
});
