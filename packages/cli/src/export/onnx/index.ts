import { OptionError, type RatingModel } from "@starcast/core";
import { describeText } from "../textDescription.js";
import { addAnswers } from "./answers.js";
import { encodeOnnx, type GraphValue } from "./format.js";
import { GraphBuilder } from "./graphBuilder.js";
import { addNetwork } from "./network.js";

/** Version 17 is of 2022: ONNX Runtime has it since 1.12. Files that use it have at least version 8 of the format. */
const operatorSet = 17;
const irVersion = 8;

/** No protocol buffer is larger than 2 GiB; some room is left for names and metadata. */
const mostBytes = 2 ** 31 - 2 ** 24;

const inputs: readonly GraphValue[] = [
  {
    name: "ids",
    type: "int64",
    shape: ["batch", "steps"],
    description: "ids of the tokens, one text a row; what follows the end of a text does not matter",
  },
  { name: "lengths", type: "int64", shape: ["batch"], description: "number of tokens of each text, 1 to steps" },
];

/**
 * A model as one ONNX graph, for batches of any size and texts of any length: `ids` and `lengths` in; `rating`,
 * `probabilities` and `class_index` out, as far as the model has them, in the user's own scale.
 *
 * Cutting and filling up to the model's maximum length happens in the graph. The metadata `starcast` describes the way
 * from a text to ids and the scale, as JSON; `starcast.vocabulary` is the list of tokens by id.
 *
 * @param options.producerVersion of Starcast, for the metadata.
 * @throws {OptionError} `too-large` for a model beyond 2 GiB, the limit of the file format.
 */
export function onnxModel(
  model: Pick<RatingModel, "config" | "vocabulary" | "weights">,
  options: { readonly producerVersion: string },
): Uint8Array {
  const { config, vocabulary } = model;
  const weights = model.weights();
  if (weights.reduce((bytes, { data }) => bytes + data.byteLength, 0) > mostBytes) {
    throw new OptionError("too-large", "The model has more than 2 GiB of weights, which no ONNX file can hold.");
  }
  const graph = new GraphBuilder();
  const logits = addNetwork(graph, { ids: "ids", lengths: "lengths" }, config, weights);
  const outputs = addAnswers(graph, logits, config);
  return encodeOnnx({
    irVersion,
    operatorSet,
    producer: "starcast",
    producerVersion: options.producerVersion,
    description:
      'Rates texts. Inputs: ids of tokens and the number of tokens of each text; the metadata "starcast" (JSON) tells how a text becomes tokens, "starcast.vocabulary" (a JSON list) which token has which id.',
    metadata: {
      starcast: JSON.stringify({ ...describeText(config), scale: config.scale, recipe: config.recipe }),
      "starcast.vocabulary": JSON.stringify(Array.from({ length: vocabulary.size }, (_, id) => vocabulary.tokenOf(id))),
    },
    graphName: "starcast",
    inputs,
    outputs,
    nodes: graph.nodes,
    initializers: graph.initializers,
  });
}
