import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrainMetrics } from "@starcast/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realServices } from "../services.js";
import { fakeCore } from "../testing/fakeCore.js";
import { fakeTerminal } from "../testing/fakeTerminal.js";
import { reviewsCsv, runFake, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(50));
});
afterAll(() => files.remove());

let models = 0;
const newModel = () => files.path(`model-${models++}`);

describe("train", () => {
  it("shows columns, baselines, epochs, result and next steps, and saves the model", async () => {
    const out = newModel();
    const result = await runFake(["train", data, "--out", out]);
    expect(result.err).toBe("");
    expect(result.code).toBe(0);
    for (const part of [
      "text = review",
      "rating = rating",
      "1,234 weights; training takes up to 1.0 MiB of memory",
      "linear model on words",
      "epoch 1/3",
      "epoch 3/3",
      "RMSE 0.700 stars",
      `Model saved in ${out}`,
      "starcast predict",
    ]) {
      expect(result.out).toContain(part);
    }
    expect(existsSync(`${out}/config.json`)).toBe(true);
  });

  it("passes head, members and the seconds of a budget on", async () => {
    const { core, calls } = fakeCore();
    const services = { ...realServices, core: async () => core };
    await runWith(["train", data, "--out", newModel(), "--no-report", "--head", "corn", "--members", "2"], services);
    await runWith(["train", data, "--out", newModel(), "--no-report", "--budget", "1.5m"], services);
    expect(calls.map(({ options }) => options)).toMatchObject([{ head: "corn", members: 2 }, { budgetSeconds: 90 }]);
  });

  it("hands on the texts of --unlabelled, of the same column where the file has it, of the one that looks like text otherwise", async () => {
    const { core, calls } = fakeCore();
    const services = { ...realServices, core: async () => core };
    const contents = ["review,note\nfirst more,x\nsecond more,y\n", "id,comment\n1,a third text of many words\n"];
    const found: string[][] = [];
    for (const [index, content] of contents.entries()) {
      const more = files.write(`more-${index}.csv`, content);
      await runWith(["train", data, "--out", newModel(), "--no-report", "--unlabelled", more], services);
      const texts: string[] = [];
      for await (const text of calls[index].options?.unlabelled ?? []) texts.push(text);
      found.push(texts);
    }
    expect(found).toEqual([["first more", "second more"], ["a third text of many words"]]);
  });

  it("says before it starts when memory is short, how much is, and what would fit", async () => {
    const memory = { bytes: 5 << 20, dataBytes: 1 << 20, fitting: { batchSize: 64, maxLength: 30 } };
    const { code, out } = await runFake(["train", data, "--out", newModel()], { core: { memory } });
    expect(code).toBe(0);
    const said = out.replaceAll(/\s+/g, " ");
    expect(said).toContain("up to 5.0 MiB of memory");
    expect(said).toContain("The run needs up to 4.0 MiB more of memory than it has already, more than is free");
    expect(said).toContain("What would fit: --batch-size 64, or --max-length 30.");
  });

  it("prints nothing but the metrics on standard output with --json", async () => {
    const result = await runFake(["train", data, "--out", newModel(), "--json"]);
    const metrics = JSON.parse(result.out) as TrainMetrics;
    expect(metrics.validation).toMatchObject({ rmse: 0.7 });
    expect(result.err).toContain("epoch 1/3");
  });

  it("prints only the result with --quiet", async () => {
    const result = await runFake(["train", data, "--out", newModel(), "--quiet"]);
    expect(result.out).toContain("RMSE 0.700 stars");
    expect(result.out).not.toContain("epoch 1/3");
    expect(result.out).not.toContain("Next");
  });

  it("speaks ASCII where the terminal is not UTF-8", async () => {
    const result = await runFake(["train", data, "--out", newModel()], { env: {} });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
    expect(result.out).toMatch(/^[\x00-\x7f]*$/);
  });

  it("redraws one line on a terminal and writes no escape codes elsewhere", async () => {
    const onTerminal = await runFake(["train", data, "--out", newModel()], { isTTY: true });
    expect(onTerminal.out).toContain("\u001b[");
    const inFile = await runFake(["train", data, "--out", newModel()]);
    expect(inFile.out).not.toContain("\u001b");
    expect(inFile.out).not.toContain("\r");
  });

  it("writes a report beside the model, says where, and prints its alarms", async () => {
    const out = newModel();
    const alarm = {
      kind: "duplicates",
      finding: "3 of 10 rows come twice.",
      advice: "Remove them.",
      numbers: {},
    } as const;
    const result = await runFake(["train", data, "--out", out], { report: { alarms: [alarm] } });
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("A report");
    expect(result.out).toContain(join(out, "report.html"));
    expect(result.out).toContain("3 of 10 rows come twice. Remove them.");
    const asJson = await runFake(["train", data, "--out", newModel(), "--json"], { report: { alarms: [alarm] } });
    expect(JSON.parse(asJson.out)).toMatchObject({ alarms: [alarm] });
  });

  it("makes no report with --no-report", async () => {
    const out = newModel();
    const result = await runFake(["train", data, "--out", out, "--no-report"]);
    expect(existsSync(join(out, "report.html"))).toBe(false);
    expect(result.out).not.toContain("report.html");
  });

  it("keeps the model and says why when the report fails, and leaves no other run's report behind", async () => {
    const out = newModel();
    await runFake(["train", data, "--out", out]);
    const failing = { report: { failure: new Error("reviews.csv is gone.") } };
    const result = await runFake(["train", data, "--out", out, "--force"], failing);
    expect(result.code).toBe(0);
    expect(result.out).toContain("There is no report.html: reviews.csv is gone.");
    expect(readdirSync(out).sort()).toEqual(["config.json", "data.json", "events.jsonl", "model.safetensors"]);
  });

  it("says that the validation rows chose the epoch, and how to get an untouched estimate", async () => {
    const early = await runFake(["train", data, "--out", newModel()]);
    expect(early.out).toContain("--test-fraction 0.2");
    const fixedLength = await runFake(["train", data, "--out", newModel()], { core: { stopsEarly: false } });
    expect(fixedLength.out).not.toContain("flattering");
  });

  it("reads the columns that say how the rows are divided, and hands them to the library", async () => {
    const lines = reviewsCsv(50).trim().split("\n");
    const dated = lines.map((line, index) =>
      index === 0 ? `${line},Shop,day` : `${line},s${index % 7},2024-01-${index}`,
    );
    const divided = files.write("divided.csv", dated.join("\n"));
    const { core, calls } = fakeCore();
    const services = { ...realServices, core: async () => core };
    const result = await runWith(["train", divided, "--group", "shop", "--out", newModel()], services);
    expect(result.code).toBe(0);
    expect(calls[0].options).toMatchObject({
      splitBy: "group",
      validationFraction: undefined,
      testFraction: undefined,
    });
    expect(calls[0].read?.[8]).toMatchObject({ label: 4, row: 9, group: "s2" });
    await runWith(["train", divided, "--time", "day", "--keep-duplicates", "--out", newModel()], services);
    expect(calls[1].options).toMatchObject({ splitBy: "time", keepDuplicates: true });
    expect(calls[1].read?.[8]).toMatchObject({ time: "2024-01-9" });
  });

  it.each([
    [["--group", "a", "--time", "b"], "--group and --time all say how"],
    [["--split-column", "a", "--test", "b.csv"], "--split-column and --test both say"],
    [["--budget", "soon"], '--budget takes a time such as 30s, 10m or 1h, not "soon"'],
    [["--budget", "0s"], "--budget takes a time"],
    [["--budget", "10s", "--members", "3"], "--budget decides how many networks and epochs there are"],
    [["--head", "tanh"], '--head takes softmax, regression, coral, corn or cumulative, not "tanh"'],
    [["--members", "0"], "--members takes a whole number at least 1"],
    [["--split-column", "a", "--test-fraction", "0.1"], "--split-column and --test-fraction both say"],
    [["--group", "colour"], 'no column "colour"'],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await runFake(["train", data, ...flags, "--out", newModel()]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it("refuses a folder that holds a model before it trains, unless forced", async () => {
    const out = newModel();
    await runFake(["train", data, "--out", out]);
    const before = readFileSync(`${out}/model.safetensors`);
    let trained = false;
    const again = await runFake(["train", data, "--out", out], {
      core: {
        beforeEpoch: () => {
          trained = true;
        },
      },
    });
    expect(again.code).toBe(2);
    expect(again.err).toContain("--force");
    expect(trained).toBe(false);
    expect(readFileSync(`${out}/model.safetensors`)).toEqual(before);
    expect((await runFake(["train", data, "--out", out, "--force"])).code).toBe(0);
  });

  it("never replaces a folder with other files, even when forced", async () => {
    const out = newModel();
    mkdirSync(out);
    files.write(`${out.slice(files.folder.length + 1)}/thesis.docx`, "years of work");
    const result = await runFake(["train", data, "--out", out, "--force"]);
    expect(result.code).toBe(2);
    expect(readFileSync(`${out}/thesis.docx`, "utf8")).toBe("years of work");
  });
});

describe("a place that cannot be written", () => {
  it("is refused before training", async () => {
    const blocker = files.write("blocker", "a file, not a folder");
    const { code, err } = await runFake(["train", data, "--out", `${blocker}/model`]);
    expect(code).toBe(2);
    expect(err).toContain("choose another place");
  });
});

describe("Ctrl-C during training", () => {
  it("once: ends, keeps the best so far, says so and exits with 130", async () => {
    const out = newModel();
    const terminal = fakeTerminal();
    const core = {
      beforeEpoch: (epoch: number) => {
        if (epoch === 2) terminal.pressCtrlC();
      },
    };
    const result = await runFake(["train", data, "--out", out], { core, terminal });
    expect(result.code).toBe(130);
    expect(result.out).toContain("keeping the best so far");
    expect(result.out).toContain("Stopped by Ctrl-C after 1 epoch");
    expect(existsSync(join(out, "report.html"))).toBe(true);
    expect(existsSync(`${out}/config.json`)).toBe(true);
    expect(terminal.exits).toEqual([]);
  });

  it("twice: exits at once with 130", async () => {
    const terminal = fakeTerminal();
    const core = {
      beforeEpoch: (epoch: number) => {
        if (epoch === 2) {
          terminal.pressCtrlC();
          terminal.pressCtrlC();
        }
      },
    };
    await runFake(["train", data, "--out", newModel()], { core, terminal });
    expect(terminal.exits).toEqual([130]);
  });

  it("before the first step: writes nothing and exits with 130", async () => {
    const out = newModel();
    const terminal = fakeTerminal();
    const result = await runFake(["train", data, "--out", out], {
      core: { beforeEpoch: () => terminal.pressCtrlC() },
      terminal,
    });
    expect(result.code).toBe(130);
    expect(result.err).toContain("nothing was written");
    expect(existsSync(out)).toBe(false);
  });
});

describe("bad data: one clear sentence, exit code 2, no stack, no model folder", () => {
  const ragged = reviewsCsv(40).replace("number 7 that", "number 7, that").replaceAll('"', "");
  const cases: [name: string, prepare: () => string[], answer: RegExp][] = [
    ["no file", () => [files.path("reviws.csv")], /no file .*Did you mean .*reviews\.csv/],
    ["no such column", () => [data, "--label", "ratng"], /no column "ratng".*"rating"/],
    [
      "a rating that is not one",
      () => [files.write("word.csv", reviewsCsv(40).replace(/,3\n/, ",great\n"))],
      /word\.csv, row 3.*"great"/,
    ],
    ["one class only", () => [files.write("one.csv", reviewsCsv(40).replace(/,\d\n/g, ",4\n"))], /same rating/],
    ["too few rows", () => [files.write("few.csv", reviewsCsv(6))], /Only 6 rows/],
    [
      "wrong encoding",
      () => [files.write("latin.csv", Buffer.from(reviewsCsv(40).replace("good", "trés bon"), "latin1"))],
      /UTF-8/,
    ],
    ["a ragged CSV", () => [files.write("ragged.csv", ragged)], /Line 9/],
    ["an empty file", () => [files.write("empty.csv", "")], /empty/],
    ["a folder", () => [files.folder], /is a folder/],
    ["an unknown kind of file", () => [files.write("reviews.doc", "x")], /\.doc/],
    ["no validation file", () => [data, "--valid", files.path("gone.csv")], /gone\.csv/],
    [
      "another label in the test file",
      () => [data, "--test", files.write("test.csv", "review,rating\na fine thing,great\n")],
      /test\.csv|"great"/,
    ],
  ];

  it.each(cases)("%s", async (_name, prepare, answer) => {
    const out = newModel();
    const { code, err } = await runFake(["train", ...prepare(), "--out", out]);
    expect(err).toMatch(answer);
    expect(err).not.toMatch(/\n\s+at /);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it("counts and lists rows left out with --skip-bad-rows", async () => {
    const words = files.write("two.csv", reviewsCsv(40).replace(/,3\n/, ",great\n").replace(/,5\n/, ",\n"));
    const { code, out } = await runFake(["train", words, "--out", newModel(), "--skip-bad-rows"]);
    expect(code).toBe(0);
    expect(out).toContain("2 rows left out");
    expect(out).toMatch(/row 3 .*"great"/);
    expect(out).toMatch(/row 5 .*no rating/);
  });
});
