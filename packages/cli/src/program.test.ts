import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "./commands/index.js";
import { reviewsCsv, runFake, temporaryFolder } from "./testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(50));
});
afterAll(() => files.remove());

describe("help", () => {
  it("lists every command when there is nothing on the command line, and exits with 0", async () => {
    const { code, out, err } = await runFake([]);
    expect(code).toBe(0);
    expect(err).toBe("");
    for (const { name, summary } of commands) {
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
  });

  it.each(commands.map(({ name }) => name))(
    "of %s shows every option with its default and exits with 0",
    async (name) => {
      const { code, out } = await runFake([name, "--help"]);
      expect(code).toBe(0);
      const spec = commands.find((command) => command.name === name);
      const flat = out.replace(/\s+/g, " ");
      for (const option of Object.values(spec?.options ?? {})) {
        expect(flat).toContain(option.flag);
        const value = option.defaultText ?? option.default;
        if (typeof value === "string" || typeof value === "number") expect(flat).toContain(`(default: ${value})`);
      }
    },
  );

  it("prints the version", async () => {
    expect((await runFake(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("is in colour only on a terminal", async () => {
    const escape = "\u001b[";
    expect((await runFake([], { isTTY: true })).out).toContain(escape);
    expect((await runFake([])).out).not.toContain(escape);
    expect((await runFake([], { isTTY: true, env: { NO_COLOR: "1" } })).out).not.toContain(escape);
    expect((await runFake([], { env: { FORCE_COLOR: "1" } })).out).toContain(escape);
  });
});

describe("mistakes on the command line", () => {
  const cases: [mistake: string, args: string[], answer: string][] = [
    ["unknown command", ["trian"], 'no command "trian" (did you mean train?)'],
    ["unknown option", ["train", "x.csv", "--epoch", "3"], "no option --epoch (did you mean --epochs?)"],
    ["missing data", ["train"], "DATA is missing: starcast train DATA..."],
    ["missing value", ["train", "x.csv", "--epochs"], "--epochs <N> needs a value"],
    ["not a number", ["train", "x.csv", "--epochs", "ten"], '--epochs takes a whole number at least 1, not "ten"'],
    ["half an epoch", ["train", "x.csv", "--epochs", "1.5"], "--epochs takes a whole number"],
    ["hexadecimal", ["train", "x.csv", "--seed", "0x10"], "--seed takes a whole number"],
    [
      "fraction above 1",
      ["train", "x.csv", "--validation-fraction", "1.2"],
      "--validation-fraction takes a number above 0 and below 1",
    ],
    ["negative rate", ["train", "x.csv", "--learning-rate", "-1"], "--learning-rate takes a number above 0"],
    ["unknown task", ["train", "x.csv", "--task", "stars"], '--task takes rating, class or number, not "stars"'],
    ["unknown recipe", ["train", "x.csv", "--recipe", "fixd"], "did you mean fixed?"],
    ["glove without vectors", ["train", "x.csv", "--recipe", "glove"], "add --vectors FILE"],
    ["missing vectors", ["train", "x.csv", "--vectors", "none.txt"], "no word vector file none.txt"],
    ["labels of a class task", ["train", "x.csv", "--task", "class", "--labels", "a,b"], "leave one out"],
    ["test twice", ["train", "x.csv", "--test", "t.csv", "--test-fraction", "0.1"], "leave one out"],
    ["unknown action", ["datasets", "lst"], "did you mean list?"],
    ["no name", ["datasets", "get"], "needs a name"],
    ["one of in and out", ["predict", "model", "--in", "x.csv"], "--in and --out go together"],
    ["too many words", ["sample", "x.csv"], "too many words"],
    ["unknown recipe to compare", ["compare", "x.csv", "--recipes", "bst"], "did you mean best?"],
  ];

  it.each(cases)("%s: one sentence, exit code 2", async (_mistake, args, answer) => {
    const { code, out, err } = await runFake(args);
    expect(err).toContain(answer);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).not.toMatch(/\bat .*:\d+:\d+/);
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});

describe("faults of our own", () => {
  const broken = {
    beforeEpoch: () => {
      throw new TypeError("x is not a function");
    },
  };

  it("are told in one line without a stack, exit code 1, and leave no model", async () => {
    const { code, err } = await runFake(["train", data, "--out", files.path("broken")], { core: broken });
    expect(code).toBe(1);
    expect(err).toContain("x is not a function");
    expect(err).toContain("STARCAST_DEBUG=1");
    expect(err).not.toContain("program.test.ts");
  });

  it("show the stack with STARCAST_DEBUG=1", async () => {
    const { err } = await runFake(["train", data, "--out", files.path("broken")], {
      core: broken,
      env: { STARCAST_DEBUG: "1" },
    });
    expect(err).toContain("program.test.ts");
  });
});
