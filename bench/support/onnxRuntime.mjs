import { createRequire } from "node:module";
import { findPeerModule, howToInstall } from "./peerModules.mjs";

export const installOnnxRuntime = howToInstall("onnxruntime-node@1.30");

/** @returns {string | undefined} */
export function findOnnxRuntime() {
  return findPeerModule("onnxruntime-node");
}

/**
 * ONNX Runtime for Node with a model, on its processor backend.
 *
 * @param {string} modulePath from `findOnnxRuntime`
 * @param {Uint8Array} model
 * @param {number} threads
 * @returns {Promise<{ version: string, run: (batch: import("./types.js").PaddedBatch) => Promise<Float32Array> }>} `run` gives the probabilities, [text][class]
 */
export async function startOnnxRuntime(modulePath, model, threads) {
  const require = createRequire(modulePath);
  const { InferenceSession, Tensor } = require(modulePath);
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    version: require("./../package.json").version,
    async run({ ids, lengths }) {
      const texts = lengths.length;
      const feeds = {
        ids: new Tensor("int64", ids, [texts, ids.length / texts]),
        lengths: new Tensor("int64", lengths, [texts]),
      };
      const { probabilities } = await session.run(feeds, ["probabilities"]);
      return probabilities.data;
    },
  };
}
