/** Trainings that the pages ask for: each is a `starcast train` of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the pages ask for; the command line checks the values once more. */
export interface TrainingOrder {
  /** The data, as CSV. */
  readonly csv: string;
  readonly text: readonly string[];
  readonly label: string;
  readonly task: "rating" | "class" | "number";
  readonly labels?: readonly (string | number)[];
  readonly recipe: "best" | "fixed" | "variable" | "regression";
  readonly budgetSeconds?: number;
  readonly epochs?: number;
  readonly seed: number;
}

const columnName = { type: "string", minLength: 1, maxLength: 1000 } as const;

/** JSON schema of a {@link TrainingOrder}. */
export const trainingOrderSchema = {
  type: "object",
  additionalProperties: false,
  required: ["csv", "text", "label", "task", "recipe", "seed"],
  properties: {
    csv: { type: "string", minLength: 1 },
    text: { type: "array", items: columnName, minItems: 1, maxItems: 100 },
    label: columnName,
    task: { enum: ["rating", "class", "number"] },
    labels: { type: "array", items: { type: ["string", "number"] }, maxItems: 1000 },
    recipe: { enum: ["best", "fixed", "variable", "regression"] },
    budgetSeconds: { type: "number", exclusiveMinimum: 0, maximum: 1e6 },
    epochs: { type: "integer", minimum: 1, maximum: 100_000 },
    seed: { type: "integer", minimum: 0, maximum: 0xffff_ffff },
  },
} as const;

const program = fileURLToPath(new URL("../../bin/starcast.js", import.meta.url));

/** Starts trainings and ends them. */
export class Trainings {
  readonly #folder: string;
  readonly #running = new Map<string, ChildProcess>();

  /** @param folder where data and runs are written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes the data and starts. @returns the folder of the run, once the training has begun to write into it. */
  async start(order: TrainingOrder): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const name = this.#freeName();
    const data = join(this.#folder, `${name}.csv`);
    const out = join(this.#folder, name);
    await writeFile(data, order.csv, { flag: "wx" });
    const child = spawn(process.execPath, [program, ...argumentsOf(order, data, out)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#running.set(out, child);
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-2000);
    });
    const ended = new Promise<void>((resolve) => {
      child.on("error", () => resolve());
      child.on("close", () => resolve());
    });
    void ended.then(() => this.#running.delete(out));
    if (await appears(join(out, "events.jsonl"), ended)) return out;
    await rm(data, { force: true });
    throw new Error(complaint.trim() || "The training did not start.");
  }

  /** Asks a training to end with the best so far. @returns false when none is running there. */
  stop(out: string): boolean {
    return this.#running.get(out)?.kill("SIGINT") ?? false;
  }

  /** Ends all trainings: they keep their best, or can be gone on with. */
  stopAll(): void {
    for (const child of this.#running.values()) child.kill("SIGINT");
  }

  #freeName(): string {
    const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
    for (let suffix = 1; ; suffix++) {
      const name = suffix === 1 ? `studio-${stamp}` : `studio-${stamp}-${suffix}`;
      if (!existsSync(join(this.#folder, name)) && !existsSync(join(this.#folder, `${name}.csv`))) return name;
    }
  }
}

function argumentsOf(order: TrainingOrder, data: string, out: string): string[] {
  const { text, label, task, labels, recipe, budgetSeconds, epochs, seed } = order;
  return [
    "train",
    data,
    "--out",
    out,
    ...text.flatMap((name) => ["--text", name]),
    "--label",
    label,
    "--task",
    task,
    ...(labels ? ["--labels", labels.join(",")] : []),
    "--recipe",
    recipe,
    "--seed",
    String(seed),
    ...(epochs === undefined ? [] : ["--epochs", String(epochs)]),
    ...(budgetSeconds === undefined ? [] : ["--budget", `${Math.ceil(budgetSeconds)}s`]),
    "--skip-bad-rows",
    "--quiet",
  ];
}

/** Waits for a file. @returns false when the training ended without it. */
async function appears(path: string, ended: Promise<void>): Promise<boolean> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!existsSync(path)) {
    if (isOver) return false;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return true;
}
