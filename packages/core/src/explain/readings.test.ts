import { describe, expect, it } from "vitest";
import { Explainer } from "./explainer.js";
import { randomModel } from "./testing/models.js";

describe("readings", () => {
  it("are the predictions of every beginning of the text, the last one that of the whole", async () => {
    const model = await randomModel({ seed: 4 });
    const explainer = new Explainer(model);
    const explanation = explainer.explain("fine, BAD! zzz good …");
    const readings = explainer.readings(explanation);
    expect(readings.map(({ end }) => explanation.text.slice(0, end))).toEqual([
      "fine",
      "fine, BAD",
      "fine, BAD!",
      "fine, BAD! zzz",
      "fine, BAD! zzz good",
    ]);
    for (const { end, value } of readings) {
      expect(value).toBe(model.predict(explanation.text.slice(0, end)).rating);
    }
    expect(readings.at(-1)?.value).toBe(explanation.value);
    model.dispose();
  });

  it("are of the probability of the label that the whole text has, for classes", async () => {
    const model = await randomModel({ seed: 4, head: "class" });
    const explainer = new Explainer(model);
    const explanation = explainer.explain("fine bad good w7");
    const { label } = model.predict("fine bad good w7");
    expect(explanation.answer).toEqual({ kind: "probability", label });
    const own = model.predict("fine bad").probabilities?.find((one) => one.label === label)?.probability;
    expect(explainer.readings(explanation)[1].value).toBe(own);
    model.dispose();
  });

  it("are limited, evenly spread, and end with the whole of what is read", async () => {
    const model = await randomModel({ seed: 4, maxLength: 15 });
    const explainer = new Explainer(model);
    const explanation = explainer.explain("w5 w6 w7 w8 w9 ".repeat(4));
    const ends = explainer.readings(explanation, { most: 4 }).map(({ end }) => end);
    const words = ends.map((end) => explanation.words.findIndex((word) => word.end === end) + 1);
    expect(words).toEqual([4, 8, 12, 15]);
    model.dispose();
  });
});
