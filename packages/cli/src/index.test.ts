import { afterAll, describe, expect, it } from "vitest";
import { loadModel, makeSample, saveModel, trainModel } from "./index.js";
import { temporaryFolder } from "./testing/harness.js";

const files = temporaryFolder();
afterAll(() => files.remove());

describe("the library for Node", () => {
  it("saves a trained model to a folder and loads it with the same answers", async () => {
    const rows = makeSample({ rows: 120 }).map(({ review, rating }) => ({ text: review, label: rating }));
    const { model } = await trainModel(rows, { epochs: 1, baselines: false });
    const text = "the zip is not bad at all";
    await saveModel(model, files.path("model"));
    const loaded = await loadModel(files.path("model"));
    expect(loaded.predict(text)).toEqual(model.predict(text));
    model.dispose();
    loaded.dispose();
  });
});
