/**
 * What one would write around ONNX Runtime for Node: Fastify, a session, and a route. `node onnx_server.mjs MODEL.onnx
 * MODEL-FOLDER PATH-OF-ONNXRUNTIME-NODE [--together]`; with `--together` the texts that arrive while the session is busy are run
 * as one batch.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fastify } from "fastify";
import { loadCore } from "../support/core.mjs";

const [modelPath, folder, runtimePath, together] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(runtimePath)(runtimePath);
const { createTokenizer, Vocabulary } = await loadCore();
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
const session = await InferenceSession.create(modelPath, options);
const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
const vocabulary = Vocabulary.fromLines(await readFile(join(folder, "vocabulary.txt"), "utf8"));
const tokenizer = createTokenizer(config.tokenizer);

/** @param {readonly string[]} texts */
async function rate(texts) {
  const rows = texts.map((text) => {
    const row = tokenizer
      .tokenize(text)
      .slice(0, config.maxLength)
      .map((token) => vocabulary.idOf(token));
    return row.length > 0 ? row : [1];
  });
  const steps = Math.max(...rows.map((row) => row.length));
  const padded = new BigInt64Array(rows.length * steps);
  for (const [index, row] of rows.entries())
    for (const [at, id] of row.entries()) padded[index * steps + at] = BigInt(id);
  const { rating, probabilities } = await session.run({
    ids: new Tensor("int64", padded, [rows.length, steps]),
    lengths: new Tensor(
      "int64",
      BigInt64Array.from(rows, (row) => BigInt(row.length)),
      [rows.length],
    ),
  });
  const labels = probabilities.data.length / rows.length;
  return rows.map((_, row) => ({
    rating: rating.data[row],
    probabilities: Array.from(probabilities.data.subarray(row * labels, (row + 1) * labels)),
  }));
}

/** @type {{ text: string, resolve: (answer: unknown) => void, reject: (error: unknown) => void }[]} */
const waiting = [];
let isBusy = false;

/**
 * One text, together with those that wait as well.
 *
 * @param {string} text
 */
function rateTogether(text) {
  return new Promise((resolve, reject) => {
    waiting.push({ text, resolve, reject });
    if (!isBusy) void runWaiting();
  });
}

async function runWaiting() {
  isBusy = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 32);
    try {
      const answers = await rate(batch.map(({ text }) => text));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  isBusy = false;
}

const app = fastify();
const body = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
app.post("/predict", { schema: { body } }, async (request) => {
  const { text } = /** @type {{ text: string }} */ (request.body);
  return together ? rateTogether(text) : (await rate([text]))[0];
});
console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
