import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors.js";
import { createClassScale, createNumberScale, createOrderedScale, readLabels, toNumber } from "./scale.js";

const place = (position: number): string => `row ${position + 1}`;

describe("createOrderedScale", () => {
  it("orders half stars by value, as numbers or as text", () => {
    const scale = createOrderedScale([5, "0.5", 3.5, "10", "3.50"], place);
    expect(scale.values).toEqual([0.5, 3.5, 5, 10]);
    expect(scale.labels).toEqual([0.5, 3.5, 5, 10]);
  });

  it("takes a scale from 0 to 10 as it is", () => {
    const labels = Array.from({ length: 11 }, (_, label) => 10 - label);
    expect(createOrderedScale(labels, place).values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("gives words the values 1, 2, 3 in the order given", () => {
    const scale = createOrderedScale(["good", "poor"], place, ["poor", "fair", "good"]);
    expect(scale).toEqual({ task: "rating", labels: ["poor", "fair", "good"], values: [1, 2, 3] });
  });

  it("keeps ratings that no row has when they are named in the order", () => {
    expect(createOrderedScale([1, 5], place, [5, 4, 3, 2, 1]).values).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    [["good"], undefined, 'Row 1 has the label "good", which is not a number. Give the ratings in order (labels)'],
    [[4, Number.NaN], undefined, "Row 2 has no label"],
    [[4, " "], undefined, "Row 2 has no label"],
    [[3, 3], undefined, "All rows have the label 3"],
    [["fine"], ["poor", "good"], 'Row 1 has the label "fine", which is none of poor, good.'],
    [[6], [1, 2, 3], "Row 1 has the label 6, which is none of 1, 2, 3."],
    [Array.from({ length: 200 }, (_, index) => index / 7), undefined, "200 distinct values"],
  ])("says what is wrong with labels such as %j", (labels, order, message) => {
    const create = () => createOrderedScale(labels, place, order);
    expect(create).toThrow(DataError);
    expect(create).toThrow(message);
  });

  it.each([[["a"]], [["a", "a"]], [["a", ""]], [["4", 4]], [["4", "4.0"]]])("refuses the order %j", (order) => {
    expect(() => createOrderedScale([], place, order)).toThrow(OptionError);
  });
});

describe("createClassScale", () => {
  it("sorts names by code unit and numbers by value", () => {
    expect(createClassScale(["b", "a", "C", "a"], place).labels).toEqual(["C", "a", "b"]);
    expect(createClassScale([10, 9, 10], place).labels).toEqual([9, 10]);
    expect(createClassScale([10, "9"], place).labels).toEqual(["10", "9"]);
  });

  it("says when a column of texts is given in place of labels", () => {
    const labels = Array.from({ length: 50 }, (_, index) => `text ${index}`);
    expect(() => createClassScale(labels, place)).toThrow("Is this the label column?");
    expect(() => createClassScale(["a", ""], place)).toThrow("Row 2 has no label");
  });
});

describe("createNumberScale", () => {
  it("takes mean and deviation of the labels", () => {
    expect(createNumberScale([1, "3"], place)).toEqual({ task: "number", mean: 2, deviation: 1 });
  });

  it("refuses words and labels that are all the same", () => {
    expect(() => createNumberScale([1, "x"], place)).toThrow('Row 2 has the label "x"');
    expect(() => createNumberScale([2, 2], place)).toThrow("there is nothing to learn");
  });
});

describe("readLabels", () => {
  it("reads class indices of ratings and classes, and numbers as they are", () => {
    const ordered = createOrderedScale([1, 1.5, 2], place);
    expect([...readLabels(ordered, ["1.50", 2, " 1 "], place)]).toEqual([1, 2, 0]);
    expect([...readLabels(createClassScale(["x", "y"], place), ["y", " x"], place)]).toEqual([1, 0]);
    expect([...readLabels({ task: "number", mean: 0, deviation: 1 }, ["-2e3", 0.25], place)]).toEqual([-2000, 0.25]);
  });

  it("names the row of a label that is not on the scale", () => {
    const ordered = createOrderedScale([1, 2], place);
    expect(() => readLabels(ordered, [1, 3], place)).toThrow("Row 2 has the label 3, which is none of 1, 2.");
    expect(() => readLabels({ task: "number", mean: 0, deviation: 1 }, ["a"], place)).toThrow("not a number");
  });
});

describe("toNumber", () => {
  it("reads decimal numbers only", () => {
    expect(["4", "4.5", "+1", "-.5", "1e2", " 3 "].map(toNumber)).toEqual([4, 4.5, 1, -0.5, 100, 3]);
    expect(["", "0x10", "4 stars", "1,5", "NaN", "Infinity"].map(toNumber)).toEqual(new Array(6).fill(undefined));
    expect(Object.is(toNumber("-0"), 0)).toBe(true);
  });
});
