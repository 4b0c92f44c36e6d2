import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findPeerModule, howToInstall } from "./peerModules.mjs";

const script = fileURLToPath(new URL("../peers/tensorflow_train.mjs", import.meta.url));
/** Rows of the one step that is measured: an epoch would take most of a day. */
const rowsOfStep = 16;

export const installTensorflow = howToInstall("@tensorflow/tfjs@4");

/** @returns {string | undefined} */
export function findTensorflow() {
  return findPeerModule("@tensorflow/tfjs");
}

/**
 * An epoch of `fixed` in TensorFlow.js, on the backend in JavaScript: the one in WebAssembly cannot train it. Its time is
 * that of a step on a few rows, times the number of such steps.
 *
 * @param {string} modulePath from `findTensorflow`
 * @param {{ dataFile: string, rows: number }} data as `writeForPeers` wrote it
 * @returns {import("./types.js").System}
 */
export function tensorflowSystem(modulePath, { dataFile, rows }) {
  const steps = rows / rowsOfStep;
  return {
    product: "TensorFlow.js",
    setting: `1 thread, ${rowsOfStep} rows, times ${Math.round(steps).toLocaleString("en")}`,
    version: "4",
    maxRounds: 1,
    async measure() {
      const { stdout } = await promisify(execFile)(process.execPath, [script, modulePath, dataFile, `${rowsOfStep}`]);
      const { seconds, cpuSeconds, loss } = JSON.parse(stdout);
      return { seconds: seconds * steps, cpuSeconds: cpuSeconds * steps, loss };
    },
    dispose: () => {},
  };
}
