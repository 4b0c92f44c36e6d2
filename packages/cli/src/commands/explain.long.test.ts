import { makeSample, trainModel } from "@starcast/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { saveModel } from "../index.js";
import { realServices } from "../services.js";
import { runWith, temporaryFolder } from "../testing/harness.js";

const files = temporaryFolder();
const model = files.path("model");

beforeAll(async () => {
  const rows = makeSample().map(({ review, rating }) => ({ text: review, label: rating }));
  const trained = await trainModel(rows, { baselines: false });
  await saveModel(trained.model, model);
  trained.model.dispose();
});
afterAll(() => files.remove());

/** The sum of the effects of some words, by their positions. */
async function effectOf(text: string, positions: readonly number[]): Promise<number> {
  const { out } = await runWith(["explain", model, text, "--json"], realServices);
  const { words } = JSON.parse(out) as { words: { effect: number }[] };
  return positions.reduce((sum, position) => sum + words[position].effect, 0);
}

it('finds in a model of the built-in sample that "not good" takes stars away and that praise gives some', async () => {
  expect(await effectOf("The fit is not good.", [3, 4])).toBeLessThan(-0.2);
  expect(await effectOf("The fit is not good.", [3])).toBeLessThan(0);
  expect(await effectOf("The fit is good.", [3])).toBeGreaterThan(0);
  expect(await effectOf("Lovely colour, but it broke after a week", [4, 5, 6, 7])).toBeLessThan(-0.5);
});
