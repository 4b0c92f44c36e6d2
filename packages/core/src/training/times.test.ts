import { describe, expect, it } from "vitest";
import { DataError } from "../errors.js";
import { type Time, Times } from "./times.js";

function valuesOf(...times: (Time | null | undefined)[]): number[] {
  const collected = new Times();
  for (const [index, time] of times.entries()) collected.add(time, () => `Row ${index + 1}`);
  return [...collected.values()];
}

describe("Times", () => {
  it("orders dates of many spellings by the moment that they mean", () => {
    const ascending = [
      "1999",
      "1999-12",
      "2000-01-01",
      "2000/01/02",
      "2000.1.3",
      "2000-01-03 00:00:01",
      "2000-01-03T10:30",
      "2000-01-03T10:30:00.5Z",
      "2000-01-03T10:31:00+00:00",
      "2000-01-03T09:32:00-01:00",
    ].slice(1);
    const values = valuesOf(...ascending);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
  });

  it("reads the same moment from a Date, a zone and UTC", () => {
    const moment = "2024-02-29T12:00:00Z";
    const [date, zone, plain] = valuesOf(new Date(moment), "2024-02-29 17:30+05:30", "2024-02-29 12:00:00");
    expect(date).toBe(Date.parse(moment));
    expect([zone, plain]).toEqual([date, date]);
  });

  it("takes numbers and texts of numbers as they are", () => {
    expect(valuesOf(2019, "2020", "-3.5", "1e9")).toEqual([2019, 2020, -3.5, 1e9]);
  });

  it.each<[string, Time | null | undefined, RegExp]>([
    ["no time", undefined, /^Row 1 has no time\./],
    ["a blank", "  ", /^Row 1 has no time\./],
    ["words", "last summer", /"last summer", which cannot be ordered.*2024-03-31/],
    ["a day that may be a month", "03/04/2021", /year first/],
    ["no such day", "2023-02-29", /2023-02-29/],
    ["no such month", "2023-13-01", /2023-13-01/],
    ["no such hour", "2023-01-01 25:00", /25:00/],
    ["a broken Date", new Date("nonsense"), /Invalid Date/],
    ["a number that is none", Number.NaN, /NaN/],
  ])("refuses %s", (_name, time, message) => {
    expect(() => valuesOf(time)).toThrow(DataError);
    expect(() => valuesOf(time)).toThrow(message);
  });

  it("refuses dates among numbers", () => {
    expect(() => valuesOf("2020", "2020-05-01")).toThrow(/^Row 2 has the date 2020-05-01, and the rows before it/);
  });
});
