/** Models and runners for tests of the service. */
import { memoryFolder, RatingModel } from "@starcast/core";
import { diskFolder } from "../../data/diskFolder.js";
import { type RandomModelOptions, randomModel } from "../../testing/randomModel.js";
import { Rater } from "../rater.js";
import type { Runner, StartRunner } from "../runner.js";

/** Writes a random model to a folder, or another one over it. */
export async function writeModel(path: string, options: RandomModelOptions = {}): Promise<string> {
  const model = await randomModel(options);
  await model.save(diskFolder(path));
  model.dispose();
  return path;
}

/** What the library itself says to texts. */
export async function answersOf(path: string, texts: readonly string[]): Promise<unknown[]> {
  const model = await RatingModel.load(diskFolder(path));
  try {
    return JSON.parse(JSON.stringify(model.predict(texts))) as unknown[];
  } finally {
    model.dispose();
  }
}

/** A runner without a thread: the built worker is not there when tests run the sources. */
export const startInline: StartRunner = async (files) => {
  const copies = new Map(Array.from(files, ([name, bytes]) => [name, bytes.slice()]));
  const rater = new Rater(await RatingModel.load(memoryFolder(copies)));
  const facts = rater.facts();
  const runner: Runner = {
    facts,
    async run(texts, { explain }) {
      await new Promise((resolve) => setImmediate(resolve));
      return rater.run({ id: 0, texts, explain });
    },
    stop: () => {
      rater.dispose();
      return Promise.resolve();
    },
  };
  return runner;
};
