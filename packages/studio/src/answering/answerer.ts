/** What the answering worker can do: a model, and all that can be asked of it about texts. */
import { Explainer, memoryFolder, RatingModel, type SmallestChange, traceText } from "@starcast/core";
import { fingerprintOf, verdictOf } from "../account.js";
import { contentOf, modelOf } from "../contents.js";
import { Problem } from "../problem.js";
import type { AnswererQuestions, ModelAccount, Run, RunContents, SavedFile } from "../protocol.js";

/** Holds one model. */
export class Answerer {
  readonly #contents: Pick<RunContents, "find">;
  #model: RatingModel | undefined;
  #explainer: Explainer | undefined;

  constructor(contents: Pick<RunContents, "find">) {
    this.#contents = contents;
  }

  /** Takes the model of a run in place of the one before. */
  async load(run: Run): Promise<void> {
    const model = await modelOf(await contentOf(run, this.#contents));
    this.#model?.dispose();
    this.#model = model;
    this.#explainer = undefined;
  }

  /** What a folder tells of its model; the present one stays. */
  async account(files: ReadonlyMap<string, Uint8Array>): Promise<ModelAccount | null> {
    const model = await RatingModel.load(memoryFolder(files));
    const { metrics } = model;
    model.dispose();
    if (metrics === undefined) return null;
    const verdict = verdictOf(metrics);
    const fingerprint = await fingerprintOf(files.get("model.safetensors") ?? new Uint8Array());
    return { metrics, fingerprint, ...(verdict && { verdict }) };
  }

  predict(text: string): AnswererQuestions["predict"]["answer"] {
    return this.#loaded().predict(text);
  }

  explain(text: string): AnswererQuestions["explain"]["answer"] {
    const explainer = this.#explaining();
    const explanation = explainer.explain(text, { tolerance: 0.01, maxPoints: 64 });
    return { explanation, readings: explainer.readings(explanation) };
  }

  /** The smallest edit that moves the answer by a star (of numbers by a standard deviation, of classes to another one). */
  change(text: string, direction: "up" | "down"): SmallestChange | null {
    const explainer = this.#explaining();
    const explanation = explainer.explain(text, { tolerance: 0.05, maxPoints: 64 });
    return explainer.smallestChange(explanation, { direction }) ?? null;
  }

  trace(text: string, member: number): AnswererQuestions["trace"]["answer"] {
    return traceText(this.#loaded(), text, { member });
  }

  async save(format: AnswererQuestions["save"]["argument"]["format"], name: string): Promise<SavedFile> {
    const { saveModel } = await import("./saving.js");
    return saveModel(this.#loaded(), format, name);
  }

  #loaded(): RatingModel {
    if (this.#model) return this.#model;
    throw new Problem("no-model", "There is no model yet. Train one, or open one.");
  }

  #explaining(): Explainer {
    this.#explainer ??= new Explainer(this.#loaded());
    return this.#explainer;
  }
}
