import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTable } from "./readTable.js";
import { readTexts } from "./readTexts.js";
import { type RowPrediction, writePredictions } from "./writePredictions.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "starcast-predictions-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const predictions: RowPrediction[] = [4.5, 1.25].map((rating) => ({
  rating,
  label: Math.round(rating),
  probabilities: [
    { label: 1, probability: (5 - rating) / 4 },
    { label: 5, probability: (rating - 1) / 4 },
  ],
}));

async function rowsOf(path: string): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const { values } of (await readTable(path)).rows()) rows.push([...values]);
  return rows;
}

describe("writePredictions", () => {
  it.each(["out.csv", "out.tsv", "out.jsonl", "out.json", "out.parquet", "out.csv.gz", "new folder/it's.csv"])(
    "writes all original columns and the predictions to %s",
    async (name) => {
      const { texts, table } = await readTexts(
        file("in.csv", 'id,review,note\n007,"so, so",\n8,"bad\n""really""",x\n'),
      );
      expect(texts).toEqual(["so, so", 'bad\n"really"']);
      const out = join(folder, name);
      await writePredictions(table, out, predictions);
      expect((await readTable(out)).columns).toEqual([
        "id",
        "review",
        "note",
        "predicted_rating",
        "predicted_label",
        "probability_1",
        "probability_5",
      ]);
      expect(await rowsOf(out)).toEqual([
        ["007", "so, so", null, "4.5", "5", "0.125", "0.875"],
        ["8", 'bad\n"really"', "x", "1.25", "1", "0.9375", "0.0625"],
      ]);
    },
  );

  it("keeps the types of JSON lines", async () => {
    const { table } = await readTexts(
      file(
        "types.jsonl",
        '{"text":"fine words here","n":7,"when":"2020-01-02","x":{"a":[1]}}\n{"text":"bad","n":null}\n',
      ),
    );
    const out = join(folder, "types-out.jsonl");
    await writePredictions(
      table,
      out,
      predictions.map(({ rating }) => ({ rating })),
    );
    const lines = readFileSync(out, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toEqual({
      text: "fine words here",
      n: 7,
      when: "2020-01-02",
      x: { a: [1] },
      predicted_rating: 4.5,
    });
    expect(lines[1].n).toBeNull();
  });

  it("matches rows and predictions across several large files", async () => {
    const make = (from: number, count: number) =>
      `text,n\n${Array.from({ length: count }, (_, row) => `text number ${from + row} is here,${from + row}`).join("\n")}\n`;
    const paths = [file("large1.csv", make(0, 30_000)), file("large2.csv", make(30_000, 20_000))];
    const { texts, table } = await readTexts(paths);
    const out = join(folder, "large.parquet");
    await writePredictions(
      table,
      out,
      texts.map((text) => ({ rating: Number(text.split(" ")[2]) })),
    );
    let row = 0;
    for await (const { values } of (await readTable(out)).rows(["n", "predicted_rating"])) {
      if (values[0] !== String(row) || values[1] !== `${row}.0`) throw new Error(`row ${row} became ${values.join()}`);
      row++;
    }
    expect(row).toBe(50_000);
  });

  it("replaces the predictions of an earlier run", async () => {
    const { table } = await readTexts(file("again.csv", "review,Predicted_Rating\nso la la,1\nbad,2\n"));
    const out = join(folder, "again-out.csv");
    await writePredictions(
      table,
      out,
      predictions.map(({ rating }) => ({ rating })),
    );
    expect(readFileSync(out, "utf8")).toBe("review,predicted_rating\nso la la,4.5\nbad,1.25\n");
  });

  it("leaves the old file and no litter when it cannot finish", async () => {
    const path = file("change.csv", "review\nso la la\nbad\n");
    const { table } = await readTexts(path);
    const out = file("old.csv", "precious");
    await expect(writePredictions(table, out, predictions.slice(1))).rejects.toMatchObject({ code: "rows-changed" });
    await expect(writePredictions(table, join(folder, "out.xyz"), predictions)).rejects.toMatchObject({
      code: "unknown-extension",
    });
    const blocked = join(path, "below-a-file.csv");
    await expect(writePredictions(table, blocked, predictions)).rejects.toMatchObject({ code: "cannot-write" });
    expect(readFileSync(out, "utf8")).toBe("precious");
    expect(existsSync(join(folder, "out.xyz"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("may write over the file that it reads", async () => {
    const path = file("same.csv", "review\nso la la\nbad\n");
    const { table } = await readTexts(path);
    await writePredictions(
      table,
      path,
      predictions.map(({ rating }) => ({ rating })),
    );
    expect(readFileSync(path, "utf8")).toBe("review,predicted_rating\nso la la,4.5\nbad,1.25\n");
  });

  it("writes labels with a NUL, which the name of a column shows as a replacement character", async () => {
    const { table } = await readTexts(file("nul-in.csv", "review\nso la la\nbad\n"));
    const labels = ["a\0b", "c"];
    const rated = labels.map((label) => ({
      label,
      probabilities: labels.map((other) => ({ label: other, probability: other === label ? 0.75 : 0.25 })),
    }));
    const out = join(folder, "nul.parquet");
    await writePredictions(table, out, rated);
    expect((await readTable(out)).columns).toEqual([
      "review",
      "predicted_label",
      "probability_a\ufffdb",
      "probability_c",
    ]);
    expect(await rowsOf(out)).toEqual([
      ["so la la", "a\0b", "0.75", "0.25"],
      ["bad", "c", "0.25", "0.75"],
    ]);
  });
});
