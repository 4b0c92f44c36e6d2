/**
 * Runs the Python of docs/deploy.md where Python has the packages that it uses, and holds its ratings to Starcast's.
 * A block whose fence names a file is written under that name; the others are run as they are.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSample } from "@starcast/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonWith, runPython } from "../../packages/cli/src/testing/python.js";
import { hasSharedData, readReviews } from "../../packages/core/src/text/testing/sharedData.js";
import { documentation, repository } from "./markdown.js";

const command = join(repository, "packages/cli/bin/starcast.js");
const page = documentation().find(({ path }) => path.endsWith("deploy.md"));
const blocks = (page?.fences ?? []).filter(({ language }) => language === "python");

const hasJava = (() => {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
const withOnnx = pythonWith("numpy", "onnxruntime");
const withSpark = hasJava ? pythonWith("pyspark", "pandas", "pyarrow", "numpy", "onnxruntime") : undefined;
const withTorch = pythonWith("torch", "safetensors");
const isAnyThere = withOnnx !== undefined || withTorch !== undefined;

/** A line that `starcast predict --out FILE.jsonl` writes. */
interface Rated {
  readonly review: string;
  readonly predicted_rating: number;
}

describe.skipIf(!isAnyThere)(
  "the Python of docs/deploy.md (skipped where Python has neither onnxruntime nor torch)",
  () => {
    let folder = "";
    const starcast = (...args: string[]) =>
      execFileSync(process.execPath, [command, ...args], { cwd: folder, encoding: "utf8" });
    const python = (program: string, ...args: string[]) =>
      execFileSync(program, args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        // Spark's workers would take another Python than its driver.
        env: { ...process.env, PYSPARK_PYTHON: program },
      });
    let rated: Rated[] = [];

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "starcast-python-"));
      for (const { flags, code } of blocks) {
        const name = flags.find((flag) => flag.endsWith(".py"));
        if (name !== undefined) writeFileSync(join(folder, name), code);
      }
      starcast("sample", "--out", "reviews.csv", "--rows", "1000");
      starcast("train", "reviews.csv", "--epochs", "1", "--no-baselines", "--out", "model");
      starcast("export", "model", "--format", "onnx", "--out", "model.onnx");
      starcast("export", "model", "--format", "pytorch", "--out", "model-pytorch");
      const made = ["Don’t buy it, it’s soooo small!!!", "4.5 stars, 10/10. I'm 5'4\"", "Très bien ?! naïve", "x"];
      const real = hasSharedData
        ? readReviews()
            .filter((text) => /[a-z]/i.test(text))
            .slice(0, 2000)
        : [];
      const sample = makeSample({ rows: 500, seed: 2 }).map(({ review }) => review);
      const lines = [...made, ...sample, ...real].map((review) => JSON.stringify({ review }));
      writeFileSync(join(folder, "texts.jsonl"), lines.join("\n"));
      starcast("predict", "model", "--in", "texts.jsonl", "--text", "review", "--out", "rated.jsonl");
      rated = readFileSync(join(folder, "rated.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Rated);
    }, 300_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const expectSame = (ratings: readonly number[], expected: readonly number[]) => {
      expect(ratings).toHaveLength(expected.length);
      const different = ratings.flatMap((rating, row) =>
        Math.abs(rating - expected[row]) < 1e-5 ? [] : [`${rating} for ${expected[row]}: ${rated[row]?.review}`],
      );
      expect(different).toEqual([]);
    };
    const texts = () => rated.map(({ review }) => review);
    const ratings = () => rated.map(({ predicted_rating }) => predicted_rating);

    it.skipIf(withOnnx === undefined)(
      "rates by ONNX Runtime as Starcast does, tokens included",
      { timeout: 300_000 },
      () => {
        const program =
          "import json, sys; from rate import rate; print(json.dumps(rate(json.load(sys.stdin)).tolist()))";
        expectSame(runPython(withOnnx as string, program, texts(), folder) as number[], ratings());
        for (const { code } of blocks.filter(({ flags }) => flags.length === 0)) {
          // NumPy fills shorter numbers up with blanks.
          expect(python(withOnnx as string, "-c", code)).toMatch(/^\[\d\.\d* +\d\.\d* *\]\s*$/);
        }
      },
    );

    it.skipIf(withTorch === undefined)(
      "rates in PyTorch as Starcast does, tokens included",
      { timeout: 300_000 },
      () => {
        expect(python(withTorch as string, "pytorch.py")).toMatch(/^\d\.\d+\s+\d\.\d+\s*$/);
        const program = `
import json, sys
sys.path.append("model-pytorch")
from model import RatingModel
answers = RatingModel.load("model-pytorch").rate(json.load(sys.stdin))
print(json.dumps([answer["rating"] for answer in answers]))`;
        // Packed sequences are slow in PyTorch: fewer texts.
        const few = runPython(withTorch as string, program, texts().slice(0, 500), folder) as number[];
        expectSame(few, ratings().slice(0, 500));
      },
    );

    it.skipIf(withSpark === undefined)(
      "rates in a Spark job as Starcast does (skipped where Java, pyspark, pandas or pyarrow is missing)",
      { timeout: 300_000 },
      () => {
        python(withSpark as string, "spark.py");
        const program = `
import json, sys, pandas
rated = pandas.read_parquet("rated")
print(json.dumps([rated["review"].tolist(), rated["predicted"].tolist()]))`;
        const [reviews, predicted] = runPython(withSpark as string, program, null, folder) as [string[], number[]];
        expect(reviews).toHaveLength(1000);
        const lines = reviews.map((review) => JSON.stringify({ review })).join("\n");
        writeFileSync(join(folder, "spark.jsonl"), lines);
        starcast("predict", "model", "--in", "spark.jsonl", "--text", "review", "--out", "spark-rated.jsonl");
        const ours = readFileSync(join(folder, "spark-rated.jsonl"), "utf8").trim().split("\n");
        expectSame(
          predicted,
          ours.map((line) => (JSON.parse(line) as Rated).predicted_rating),
        );
      },
    );
  },
);
