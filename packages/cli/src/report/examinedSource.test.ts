import { afterAll, describe, expect, it } from "vitest";
import { openLabelledTexts } from "../data/readTexts.js";
import { temporaryFolder } from "../testing/harness.js";
import { examinedSource } from "./examinedSource.js";

const files = temporaryFolder();
afterAll(() => files.remove());

describe("rows with other columns", () => {
  it("pairs each usable row with its own values, past rows that are left out, over several files", async () => {
    const first = files.write(
      "a.csv",
      "review,rating,shop\na good thing,4,north\nno rating,,lost\na bad thing,1,south\n",
    );
    const second = files.write("b.csv", "review,rating,shop\nanother good thing,5,east\n");
    const source = await openLabelledTexts([first, second], { skipBadRows: true, purpose: "evaluate" });
    const examined = examinedSource(source);
    expect(examined.columns).toEqual(["shop"]);
    const rows: unknown[] = [];
    for await (const { text, others } of examined.rows(["shop"])) rows.push([text, others]);
    expect(rows).toEqual([
      ["a good thing", ["north"]],
      ["a bad thing", ["south"]],
      ["another good thing", ["east"]],
    ]);
  });
});
