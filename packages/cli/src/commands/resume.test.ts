import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realServices, type Services } from "../services.js";
import { type FakeTerminalOptions, fakeTerminal } from "../testing/fakeTerminal.js";
import { reviewsCsv, runFake, runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
let data = "";
beforeAll(() => {
  data = files.write("reviews.csv", reviewsCsv(80));
});
afterAll(() => files.remove());

const settings = [
  "--recipe",
  "best",
  "--members",
  "1",
  "--epochs",
  "3",
  "--batch-size",
  "16",
  "--no-baselines",
  "--threads",
  "1",
];
let models = 0;
const newFolder = () => files.path(`run-${models++}`);
const train = (
  out: string,
  more: readonly string[] = [],
  terminal: FakeTerminalOptions = {},
  services = realServices,
) => runWith(["train", data, "--out", out, ...settings, ...more], services, fakeTerminal(terminal));

/** The real library, which ends with an error in an epoch. */
function dyingIn(epoch: number): Services {
  return {
    ...realServices,
    core: async () => {
      const core = await realServices.core();
      return {
        ...core,
        async *train(...args: Parameters<typeof core.train>) {
          for await (const event of core.train(...args)) {
            if (event.type === "batch" && event.epoch === epoch && event.batch === 2) throw new Error("power cut");
            yield event;
          }
        },
      };
    },
  };
}
async function interrupted(more: readonly string[] = []): Promise<string> {
  const out = newFolder();
  const died = await train(out, more, {}, dyingIn(3));
  expect(died.err).toContain("power cut");
  expect(readdirSync(out).sort()).toEqual(["checkpoints", "events.jsonl"]);
  return out;
}
const eventsOf = (out: string) =>
  readFileSync(`${out}/events.jsonl`, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; records?: unknown[] });
/** Epochs that were finished where the last process went on; undefined when it began anew. */
const resumedAfter = (out: string) => eventsOf(out).findLast(({ type }) => type === "resumed")?.records?.length;
const weightsOf = (out: string) => readFileSync(`${out}/model.safetensors`);

/** A training that nothing happens to. */
let whole: string;
beforeAll(async () => {
  whole = newFolder();
  await train(whole);
}, 60_000);

describe("a training that was cut off", () => {
  it("goes on when the same command is given again, and ends with the same model and nothing else", async () => {
    const out = await interrupted();
    const again = await train(out);
    expect(again.code).toBe(0);
    expect(again.out).toContain(`Going on with the unfinished run in ${out}, after epoch 2 of 3`);
    expect(again.out).toContain("resumed after 2 epochs of 3");
    expect(weightsOf(out)).toEqual(weightsOf(whole));
    expect(readdirSync(out).sort()).toEqual(readdirSync(whole).sort());
    const types = eventsOf(out).map(({ type }) => type);
    expect(types.filter((type) => type === "epoch")).toHaveLength(3);
    expect(types.filter((type) => ["failed", "resumed", "done"].includes(type))).toEqual(["failed", "resumed", "done"]);
  });

  it("goes on by --resume alone, wherever that is given, with all that the run was started with", async () => {
    const out = await interrupted(["--text", "review"]);
    const resumed = await runWith(["train", "--resume", out, "--threads", "1"], realServices);
    expect(resumed.err).toBe("");
    expect(resumed.code).toBe(0);
    expect(weightsOf(out)).toEqual(weightsOf(whole));
  });

  it.each([
    ["\n", 2],
    ["yes\n", 2],
    ["n\n", undefined],
  ])("asks on a terminal (%j)", async (answer, epochs) => {
    const out = await interrupted();
    const terminal = { isTTY: true, stdin: answer, env: { LANG: "C.UTF-8", TERM: "dumb" } };
    const result = await train(out, [], terminal, dyingIn(3));
    expect(result.out).toContain("holds an unfinished run, after epoch 2 of 3");
    expect(resumedAfter(out)).toBe(epochs);
  });

  it("is refused with other settings or data, which are named, and stays as it is", async () => {
    const out = await interrupted();
    const before = readdirSync(`${out}/checkpoints`);
    const other = await train(out, ["--max-length", "7"]);
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/maxLength \(200 then, 7 now\)\..*start anew with --force, or choose another folder/);
    const kept = readFileSync(data);
    writeFileSync(data, reviewsCsv(80).replaceAll("good thing", "fair thing"));
    const otherData = await train(out);
    writeFileSync(data, kept);
    expect(otherData.err).toMatch(/these differ: the texts/);
    expect(readdirSync(`${out}/checkpoints`)).toEqual(before);
  });

  it("begins anew with --force", async () => {
    const out = await interrupted();
    await train(out, ["--force", "--max-length", "7"], {}, dyingIn(1));
    expect(eventsOf(out)[0].type).toBe("prepared");
    expect(resumedAfter(out)).toBeUndefined();
    expect(readdirSync(`${out}/checkpoints`)).toEqual(["run.json"]);
  });

  it("goes on from the checkpoint before when the newest is damaged, and says so", async () => {
    const out = await interrupted();
    const [, newest] = readdirSync(`${out}/checkpoints`).filter((name) => name.startsWith("checkpoint"));
    const path = `${out}/checkpoints/${newest}`;
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    const again = await train(out, [], {}, dyingIn(3));
    expect(again.out.replace(/\s+/g, " ")).toContain("is damaged, so the checkpoint before it is used");
    expect(resumedAfter(out)).toBe(1);
    expect(await train(out, [], {}, dyingIn(3)).then(() => resumedAfter(out))).toBe(2);
  });

  it("cannot go on without checkpoints", async () => {
    const out = newFolder();
    await train(out, ["--no-checkpoints"], {}, dyingIn(3));
    expect(readdirSync(out)).toEqual(["events.jsonl"]);
    await train(out, ["--no-checkpoints"], {}, dyingIn(3));
    expect(resumedAfter(out)).toBeUndefined();
  });

  it("is told apart from a model by the commands that need one", async () => {
    const out = await interrupted();
    const result = await runWith(["predict", out, "a good thing"], realServices);
    expect(result.code).toBe(2);
    expect(result.err).toContain(`starcast train --resume ${out}`);
  });
});

describe("a training that was stopped by Ctrl-C", () => {
  it("has its model, and goes on from its last step", async () => {
    const out = newFolder();
    const terminal = fakeTerminal();
    const stopping: Services = {
      ...realServices,
      core: async () => {
        const core = await realServices.core();
        return {
          ...core,
          async *train(...args: Parameters<typeof core.train>) {
            for await (const event of core.train(...args)) {
              if (event.type === "batch" && event.epoch === 2 && event.batch === 2) terminal.pressCtrlC();
              yield event;
            }
          },
        };
      },
    };
    const stopped = await runWith(["train", data, "--out", out, ...settings], stopping, terminal);
    expect(stopped.code).toBe(130);
    expect(stopped.out).toContain(`starcast train --resume ${out}`);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(["config.json", "metrics.json", "README.md", "checkpoints"]),
    );
    expect((await runWith(["predict", out, "a good thing"], realServices)).code).toBe(0);

    const resumed = await train(out);
    expect(resumed.out).toContain("resumed after 1 epoch of 3 and 2 batches of the next");
    expect(weightsOf(out)).toEqual(weightsOf(whole));
    expect(readdirSync(out).sort()).toEqual(readdirSync(whole).sort());
  });
});

describe("mistakes with --resume", () => {
  it.each<[string, (out: string) => string[], RegExp]>([
    ["no run there", (out) => ["train", data, "--resume", out], /There is no unfinished run in/],
    ["no data and no run", () => ["train"], /DATA is missing.*--resume DIR/],
    ["with --force", (out) => ["train", data, "--resume", out, "--force"], /leave one out/],
  ])("get one clear sentence: %s", async (_, words, message) => {
    const out = newFolder();
    const { code, err } = await runFake(words(out));
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  it("are options beside it that would change the run", async () => {
    const out = await interrupted();
    const { code, err } = await runWith(["train", "--resume", out, "--epochs", "9"], realServices);
    expect(code).toBe(2);
    expect(err).toContain("leave out --epochs");
    rmSync(`${out}/checkpoints/run.json`);
    expect((await runWith(["train", "--resume", out], realServices)).err).toContain("give its data and options again");
  });
});

describe("two trainings into one folder", () => {
  it("exclude each other: the second is refused, the first is named", async () => {
    const out = newFolder();
    let second: Awaited<ReturnType<typeof runFake>> | undefined;
    await runFake(["train", data, "--out", out], {
      core: {
        beforeEpoch: (epoch) => {
          if (epoch === 1) pending = runFake(["train", data, "--out", out]).then((outcome) => (second = outcome));
        },
        between: () => pending,
      },
    });
    expect(second?.code).toBe(2);
    expect(second?.err).toContain(`Another run is writing to ${out}: process ${process.pid}`);
    expect(existsSync(`${out}/run.lock`)).toBe(false);
  });
  let pending: Promise<unknown> = Promise.resolve();
});
