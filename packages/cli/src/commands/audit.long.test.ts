import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { auditRatings, crossValidate, makeSample, Random } from "@starcast/core";
import { describe, expect, it } from "vitest";
import { readLabelledTexts } from "../data/readTexts.js";

interface Row {
  readonly text: string;
  readonly label: number;
}

const values = [1, 2, 3, 4, 5];

/** Gives 5 % of the rows another rating, any of the other four alike. */
function plant(rows: readonly Row[]): { rows: Row[]; planted: Set<number> } {
  const random = new Random(5, "plant");
  const order = random.shuffle(Uint32Array.from(rows.keys()));
  const planted = new Set(order.subarray(0, Math.round(0.05 * rows.length)));
  const changed = rows.map((row, index) =>
    planted.has(index) ? { ...row, label: values[(row.label + random.integer(4)) % 5] } : row,
  );
  return { rows: changed, planted };
}

/** Share of planted rows among the first tenth of those that the audit lists. */
async function precisionOf(rows: readonly Row[], epochs?: number): Promise<number> {
  const planted = plant(rows);
  for await (const event of crossValidate(planted.rows, { folds: 5, baselines: false, members: 1, epochs })) {
    if (event.type !== "done") continue;
    const { suspicious } = auditRatings({ ...event.result.outOfFold, values });
    const first = suspicious.slice(0, Math.ceil(suspicious.length / 10));
    expect(first.length).toBeGreaterThan(3);
    return first.filter(({ row }) => planted.planted.has(row)).length / first.length;
  }
  throw new Error("no result");
}

const reviews = fileURLToPath(new URL("../../../../../shared/data/womens-clothing-reviews.csv", import.meta.url));

describe("an audit of data with 5 % planted wrong ratings", () => {
  it("ranks them first on the built-in sample", async () => {
    const sample = makeSample({ rows: 3000 }).map(({ review, meant }) => ({ text: review, label: meant }));
    expect(await precisionOf(sample)).toBeGreaterThan(0.7);
  });

  it.skipIf(!existsSync(reviews))("ranks them first on the clothing reviews (skipped where they are not)", async () => {
    const { rows } = await readLabelledTexts(reviews, { text: ["Title", "Review Text"], label: "Rating" });
    const numbered = rows.map(({ text, label }) => ({ text, label: Number(label) }));
    expect(await precisionOf(numbered, 2)).toBeGreaterThan(0.7);
  });
});
