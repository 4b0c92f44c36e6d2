import { createTokenizer, encodeTokens, type Prediction, type RatingModel } from "@starcast/core";
import * as ort from "onnxruntime-web";
import { PbfReader } from "pbf";
import { describe, expect, it } from "vitest";
import { type RandomModelOptions, randomModel } from "../../testing/randomModel.js";
import { onnxModel } from "./index.js";

const texts = [
  "good",
  "it is not bad",
  "the colour is lovely, the fit is poor! I don't, I don't, I don't know what else to say of it",
  "words that nobody knows",
  "lovely lovely lovely",
  "it fit!! not the colour I know is the good not bad",
];

const networks: Record<string, RandomModelOptions> = {
  "attention pooling": { network: { pooling: "meanMaxAttention" } },
  "attention pooling over padding, one direction": {
    padToMaxLength: true,
    network: { pooling: "meanMaxAttention", bidirectional: false, hiddenSize: 17 },
  },
  "one direction, last state": { network: { bidirectional: false, pooling: "last" } },
  "one direction, mean and maximum": { network: { bidirectional: false } },
  "two directions, last states": { network: { pooling: "last" } },
  "two directions, mean and maximum": {},
  "three layers, two directions, last states": { network: { numLayers: 3, pooling: "last" } },
  "two layers, two directions, mean and maximum": { network: { numLayers: 2 } },
  "two layers, one direction": { network: { numLayers: 2, bidirectional: false, pooling: "last" } },
  "padding that is read, last state": {
    padToMaxLength: true,
    network: { bidirectional: false, pooling: "last" },
    tokenizer: "article",
  },
  "padding that is read, two directions, mean and maximum": { padToMaxLength: true },
  "padding that is read, two layers, last states": { padToMaxLength: true, network: { numLayers: 2, pooling: "last" } },
  "half stars": { scale: { task: "rating", labels: [0.5, 1, 1.5, 2], values: [0.5, 1, 1.5, 2] } },
  "words as ratings": { scale: { task: "rating", labels: ["bad", "fair", "good"], values: [1, 2, 3] } },
  "ratings from -10 to 100": { scale: { task: "rating", labels: [-10, 0, 3, 100], values: [-10, 0, 3, 100] } },
  "classes without order": { scale: { task: "class", labels: ["shoe", "hat", "coat"] } },
  "one output on a scale of ratings": {
    head: "regression",
    seed: 5,
    scale: { task: "rating", labels: [-3, -1, 1, 3], values: [-3, -1, 1, 3] },
  },
  "any real number": { head: "regression", scale: { task: "number", mean: 12.5, deviation: 3.25 } },
  "a single word of a text": { maxLength: 1 },
  "three members": { network: { members: 3 } },
  "a linear branch": { network: { wide: { pairs: 5 } } },
  "a linear branch, members and a temperature": {
    network: { members: 2, wide: { pairs: 4 } },
    calibration: { temperature: 1.7, offsets: [0.3, -0.2, 0.1, 0, -0.4] },
  },
  "a linear branch beside padding that is read": { padToMaxLength: true, network: { wide: { pairs: 5 } } },
  "a linear branch of numbers": {
    head: "regression",
    network: { wide: { pairs: 5 } },
    scale: { task: "number", mean: 12.5, deviation: 3.25 },
  },
  coral: { head: "coral" },
  "corn, several members": { head: "corn", network: { members: 2 } },
  "cumulative link with a temperature": { head: "cumulative", calibration: { temperature: 0.6 } },
};

/** Answers of ONNX Runtime to some texts, as batches of the sizes given, padded with ids that must not matter. */
async function runOnnx(model: RatingModel, bytes: Uint8Array, batchSizes: readonly number[]) {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { tokenize } = createTokenizer(model.config.tokenizer);
  const rows = texts.map((text) => encodeTokens(tokenize(text), model.vocabulary, { maxLength: 1000 }));
  const columns: Record<string, number[]> = {};
  let first = 0;
  for (const size of batchSizes) {
    const batch = rows.slice(first, first + size);
    first += size;
    const steps = Math.max(...batch.map((ids) => ids.length));
    const ids = new BigInt64Array(size * steps).fill(3n);
    for (const [row, own] of batch.entries()) ids.set(BigInt64Array.from(own, BigInt), row * steps);
    const lengths = BigInt64Array.from(batch, (own) => BigInt(own.length));
    const outputs = await session.run({
      ids: new ort.Tensor("int64", ids, [size, steps]),
      lengths: new ort.Tensor("int64", lengths, [size]),
    });
    for (const [name, { data, dims }] of Object.entries(outputs)) {
      expect(dims[0]).toBe(size);
      (columns[name] ??= []).push(...Array.from(data as ArrayLike<number | bigint>, Number));
    }
  }
  await session.release();
  return columns;
}

/** The metadata of a file: messages of a key and a value in field 14. */
function metadataOf(bytes: Uint8Array): Record<string, string> {
  return new PbfReader(bytes).readFields<Record<string, string>>((field, metadata, reader) => {
    if (field !== 14) return;
    const [key, value] = reader.readMessage<string[]>(
      (_field, texts, inner) => void texts.push(inner.readString()),
      [],
    );
    metadata[key] = value;
  }, {});
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

describe("the ONNX file, run by ONNX Runtime", () => {
  it.each(Object.entries(networks))("answers as the model does: %s", async (_name, options) => {
    const model = await randomModel(options);
    const expected: Prediction[] = model.predict(texts);
    const spread = new Set(expected.map(({ rating, probabilities }) => rating ?? probabilities?.[0].probability));
    expect(spread.size).toBeGreaterThan(3);
    for (const batchSizes of [[6], [1, 3, 2], [1, 1, 1, 1, 1, 1]]) {
      const columns = await runOnnx(model, onnxModel(model, { producerVersion: "1.2.3" }), batchSizes);
      const { scale } = model;
      const unit = scale.task === "rating" ? Math.max(1, ...scale.values.map(Math.abs)) / 10 : 1;
      if (scale.task !== "class") {
        const ratings = expected.map(({ rating }) => rating ?? Number.NaN);
        expect(largestDifference(columns.rating, ratings)).toBeLessThan(1e-5 * Math.max(1, unit));
      }
      if (model.config.head !== "regression") {
        const shares = expected.flatMap(({ probabilities = [] }) =>
          probabilities.map(({ probability }) => probability),
        );
        expect(largestDifference(columns.probabilities, shares)).toBeLessThan(1e-5);
      }
      if (scale.task !== "number") {
        expect(columns.class_index.map((index) => scale.labels[index])).toEqual(expected.map(({ label }) => label));
      }
    }
    model.dispose();
  });

  it("has the outputs that its task has, and no other", async () => {
    const outputsOf = async (options: RandomModelOptions) => {
      const model = await randomModel(options);
      const session = await ort.InferenceSession.create(onnxModel(model, { producerVersion: "1.2.3" }));
      model.dispose();
      return session.outputNames;
    };
    expect(await outputsOf({})).toEqual(["rating", "probabilities", "class_index"]);
    expect(await outputsOf(networks["classes without order"])).toEqual(["probabilities", "class_index"]);
    expect(await outputsOf(networks["one output on a scale of ratings"])).toEqual(["rating", "class_index"]);
    expect(await outputsOf(networks["any real number"])).toEqual(["rating"]);
  });

  it("tells in its metadata how texts become ids, and what the outputs mean", async () => {
    const model = await randomModel(networks["half stars"]);
    const metadata = metadataOf(onnxModel(model, { producerVersion: "1.2.3" }));
    expect(Object.keys(metadata)).toEqual(["starcast", "starcast.vocabulary"]);
    const description = JSON.parse(metadata.starcast) as Record<string, unknown>;
    expect(description).toMatchObject({ tokenizer: "words", maxLength: 9, paddingId: 0, unknownId: 1 });
    expect(description.padToMaxLength).toBe(false);
    expect(description.scale).toEqual(model.scale);
    const tokens = JSON.parse(metadata["starcast.vocabulary"]) as string[];
    expect(tokens).toHaveLength(model.vocabulary.size);
    expect(tokens.slice(2).map((token) => model.vocabulary.idOf(token))).toEqual(
      tokens.slice(2).map((_, index) => index + 2),
    );
    model.dispose();
  });

  it("is the same bytes for the same model", async () => {
    const [one, other] = await Promise.all([randomModel(), randomModel()]);
    expect(
      Buffer.from(onnxModel(one, { producerVersion: "1.2.3" })).equals(onnxModel(other, { producerVersion: "1.2.3" })),
    ).toBe(true);
  });
});
