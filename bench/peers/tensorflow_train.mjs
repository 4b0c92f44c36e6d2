/**
 * TensorFlow.js' side of `train-fixed`: one step of training on the first rows, in a process of its own.
 *
 *     node tensorflow_train.mjs MODULE encoded.bin ROWS
 *
 * `encoded.bin` is what pytorch_train.py reads. The answer is one line of JSON: seconds, cpuSeconds and the loss.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modulePath, dataFile, rowCount] = process.argv;
const tf = createRequire(modulePath)(modulePath);
const file = readFileSync(dataFile);
const numbers = new Int32Array(file.buffer, file.byteOffset, file.length / 4);
const [allRows, width, vocabularySize] = numbers;
const rows = Number(rowCount);
const classes = numbers.subarray(3 + allRows, 3 + allRows + rows);
const ids = numbers.subarray(3 + 2 * allRows, 3 + 2 * allRows + rows * width);

await tf.setBackend("cpu");
const model = tf.sequential({
  layers: [
    tf.layers.embedding({ inputDim: vocabularySize, outputDim: 50, inputLength: width }),
    tf.layers.dropout({ rate: 0.2 }),
    // Another initial value than orthogonal, the default, which takes seconds and is no training.
    tf.layers.lstm({ units: 50, recurrentInitializer: "glorotUniform" }),
    tf.layers.dense({ units: 5, activation: "softmax" }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: "sparseCategoricalCrossentropy" });
const texts = tf.tensor2d(ids, [rows, width], "int32");
const targets = tf.tensor1d(Float32Array.from(classes));
const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
const loss = await model.trainOnBatch(texts, targets);
const { user, system } = process.cpuUsage(cpuStarted);
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, loss }));
