/**
 * Rates the texts of texts.json by Starcast and by ONNX Runtime, and prints the largest difference of their ratings:
 * `node compareOnnx.mjs RUNTIME MODEL FILE.onnx`, RUNTIME being the entry file of an ONNX Runtime for JavaScript.
 */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { createTokenizer, encodeTokens, loadModel } from "starcast";

const [runtime, folder, file] = process.argv.slice(2);
const imported = await import(pathToFileURL(runtime).href);
const { InferenceSession, Tensor } = imported.default?.InferenceSession ? imported.default : imported;
const texts = JSON.parse(await readFile("texts.json", "utf8"));
const model = await loadModel(folder);
const session = await InferenceSession.create(new Uint8Array(await readFile(file)));
const { tokenize } = createTokenizer(model.config.tokenizer);

let largest = 0;
let compared = 0;
const batchSize = 125;
for (let first = 0; first < texts.length; first += batchSize) {
  const batch = texts.slice(first, first + batchSize);
  const rows = batch.map((text) => encodeTokens(tokenize(text), model.vocabulary, { maxLength: 1000 }));
  const steps = Math.max(...rows.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * steps);
  for (const [row, own] of rows.entries()) ids.set(BigInt64Array.from(own, BigInt), row * steps);
  const { rating } = await session.run({
    ids: new Tensor("int64", ids, [rows.length, steps]),
    lengths: new Tensor(
      "int64",
      BigInt64Array.from(rows, (row) => BigInt(row.length)),
      [rows.length],
    ),
  });
  for (const [row, { rating: ours }] of model.predict(batch).entries()) {
    largest = Math.max(largest, Math.abs(ours - rating.data[row]));
    compared++;
  }
}
console.log(JSON.stringify({ compared, largest }));
