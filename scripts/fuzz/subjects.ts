/** What can be put under the fuzzer, by name: each makes a case of a seed and a number and says what came of it. */
import { pathToFileURL } from "node:url";
import * as nn from "../../packages/core/src/nn/index.js";
import { dataCase, makeFolder, removeFolder } from "./data.js";
import { importCase, readSource } from "./imports.js";
import { modelCase, readModels, reusingEngine, withQuantized } from "./models.js";
import { openModels, textCase } from "./texts.js";

/** Both the fuzzer and the tests run in the repository's root. */
const testdata = pathToFileURL("packages/core/src/model/testdata/");

/** Runs one case. @returns the word or the error code of its outcome. @throws what must never happen. */
export type RunCase = (seed: number, number: number) => Promise<string>;

/** A subject, ready to run cases; `close` cleans up. */
export interface Subject {
  readonly run: RunCase;
  close(): void;
}

/** The subjects by name; each is opened when it is needed. */
export const subjects: Readonly<Record<string, () => Subject>> = {
  models() {
    const models = withQuantized(readModels(testdata));
    const engine = reusingEngine();
    return { run: async (seed, number) => modelCase(await models, seed, number, engine), close() {} };
  },
  data() {
    const folder = makeFolder();
    return { run: (seed, number) => dataCase(folder, seed, number), close: () => removeFolder(folder) };
  },
  imports() {
    const source = readSource(pathToFileURL("packages/cli/src/import/testdata/"));
    return { run: (seed, number) => importCase(source, seed, number), close() {} };
  },
  texts() {
    const models = openModels(readModels(testdata), nn);
    return { run: async (seed, number) => textCase(await models, seed, number), close() {} };
  },
};
