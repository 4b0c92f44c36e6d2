import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const peersFolder = new URL("../peers/", import.meta.url);

export const installOnnxRuntime =
  "Install it with: npm install --prefix bench/peers --no-save --ignore-scripts onnxruntime-node@1.30 (or set STARCAST_PEERS to a folder that has it in node_modules).";

/** @returns {string | undefined} the module's path: in the folder STARCAST_PEERS, or in bench/peers */
export function findOnnxRuntime() {
  const { STARCAST_PEERS } = process.env;
  const folder = STARCAST_PEERS ? pathToFileURL(`${STARCAST_PEERS}/`) : peersFolder;
  try {
    return createRequire(folder).resolve("onnxruntime-node");
  } catch {
    return undefined;
  }
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
