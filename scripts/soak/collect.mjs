/**
 * Imported into each thread of a service that is tried (`node --expose-gc --import`): a message from the parent process
 * makes all of them collect their garbage. The answer is how many bytes are left: of the heaps, buffers and WebAssembly.
 */
import { BroadcastChannel, isMainThread } from "node:worker_threads";

/** Milliseconds that a thread may be busy before it collects. */
const patience = 1000;
const channel = new BroadcastChannel("collect");

function collect() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

if (isMainThread) {
  let bytes = 0;
  channel.onmessage = ({ data }) => {
    bytes += data;
  };
  process.on("message", () => {
    bytes = 0;
    channel.postMessage("collect");
    setTimeout(() => process.send(bytes + collect()), patience);
  });
  process.channel?.unref();
} else {
  channel.onmessage = ({ data }) => {
    if (data === "collect") channel.postMessage(collect());
  };
}
channel.unref();
