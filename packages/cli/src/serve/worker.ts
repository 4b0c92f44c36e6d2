/** Entry of a thread that computes: loads the model that it is given, tells what it is, and rates batch after batch. */
import { parentPort, workerData } from "node:worker_threads";
import { memoryFolder, RatingModel } from "@starcast/core";
import type { BatchMessage, ReadyMessage, RefusedMessage, ThreadData } from "./protocol.js";
import { Rater } from "./rater.js";

const port = parentPort;
if (port === null) throw new Error("This module is the entry of a worker thread.");

try {
  const { files } = workerData as ThreadData;
  // Copies, since not every reader of bytes takes shared memory.
  const own = new Map(Array.from(files, ([name, bytes]) => [name, bytes.slice()]));
  const rater = new Rater(await RatingModel.load(memoryFolder(own)));
  const ready: ReadyMessage = { kind: "ready", facts: rater.facts() };
  port.on("message", (batch: BatchMessage) => {
    const answer = rater.run(batch);
    port.postMessage(answer, [answer.figures.buffer]);
  });
  port.postMessage(ready);
} catch (error) {
  const { code = "internal", message = String(error) } = error as { code?: string; message?: string };
  const refused: RefusedMessage = { kind: "refused", code, message };
  port.postMessage(refused);
}
