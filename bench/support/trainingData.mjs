import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadCore } from "./core.mjs";

/** @typedef {import("./types.js").TrainingData} TrainingData */

const maxLength = 70;
const trainingRows = 18_789;
const vocabularySize = 8_265;

/** Every twentieth of the reviews' encoded lengths, from the shortest to the longest. */
const lengthQuantiles = [1, 14, 23, 30, 35, 41, 46, 51, 57, 62, 68, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70];
/** Shares of the ratings 1 to 5. */
const classShares = [0.037, 0.067, 0.122, 0.216, 0.558];

/**
 * The article's training part: 18,789 reviews as 70 ids each, from the CSV named by STARCAST_DATA or in
 * `../shared/data` beside the repository; otherwise synthetic ids of the same shape.
 *
 * @returns {Promise<TrainingData>}
 */
export async function loadTrainingData() {
  const path = findReviews();
  return path ? encodeReviews(path) : synthesiseTrainingData();
}

/** @returns {string | undefined} the path of the article's reviews, where they are */
export function findReviews() {
  const { STARCAST_DATA } = process.env;
  const beside = fileURLToPath(new URL("../../../shared/data/womens-clothing-reviews.csv", import.meta.url));
  if (STARCAST_DATA && !existsSync(STARCAST_DATA)) {
    throw new Error(`STARCAST_DATA names ${STARCAST_DATA}, which is not there.`);
  }
  const path = STARCAST_DATA || beside;
  return existsSync(path) ? path : undefined;
}

/**
 * @param {string} path the Women's E-Commerce Clothing Reviews as CSV
 * @returns {Promise<TrainingData>}
 */
async function encodeReviews(path) {
  const { createTokenizer, encodeTexts, splitRows, Vocabulary } = await loadCore();
  const reviews = await readReviews(path);
  const tokenizer = createTokenizer("article");
  const tokens = reviews.map(({ text }) => tokenizer.tokenize(text));
  const vocabulary = Vocabulary.build(tokens, { minCount: 2 });
  const { train } = splitRows(reviews.length, { validationFraction: 0.2, testFraction: 0, seed: 1 });
  const trainTokens = Array.from(train, (row) => tokens[row]);
  return {
    description: `the article's reviews (${reviews.length} rows, of which ${train.length} for training)`,
    vocabularySize: vocabulary.size,
    maxLength,
    ids: encodeTexts(trainTokens, vocabulary, { maxLength, padToMaxLength: true }).ids,
    lengths: Int32Array.from(trainTokens, (row) => Math.min(maxLength, Math.max(1, row.length))),
    classes: Int32Array.from(train, (row) => reviews[row].rating - 1),
  };
}

/**
 * @param {string} path
 * @returns {Promise<{ text: string, rating: number }[]>}
 */
export async function readReviews(path) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT coalesce("Title", '') || ' ' || coalesce("Review Text", '') AS text, "Rating"::INTEGER AS rating
     FROM read_csv($path, header = true, all_varchar = true, parallel = false)`,
    { path },
  );
  const rows = result.getRowObjectsJS();
  connection.closeSync();
  return /** @type {{ text: string, rating: number }[]} */ (/** @type {unknown} */ (rows));
}

/**
 * Ids by Zipf's law (with the reviews' slope: the first word is 9 % of all, the hundredth 0.2 %), lengths and
 * ratings distributed as in the reviews.
 *
 * @returns {Promise<TrainingData>}
 */
export async function synthesiseTrainingData() {
  const { Random } = await loadCore();
  const random = new Random(1, "synthetic reviews");
  const wordShares = Array.from({ length: vocabularySize - 2 }, (_, rank) => (rank + 2.5) ** -1.15);
  const drawWord = drawBy(wordShares);
  const drawClass = drawBy(classShares);
  const ids = new Int32Array(trainingRows * maxLength);
  const lengths = Int32Array.from({ length: trainingRows }, () => quantile(random.uniform()));
  lengths.forEach((length, row) => {
    for (let step = 0; step < length; step++) ids[row * maxLength + step] = 2 + drawWord(random.uniform());
  });
  const classes = Int32Array.from(lengths, () => drawClass(random.uniform()));
  return {
    description: `synthetic ids in the shape of the article's training part (${trainingRows} rows): the reviews were not found; name their CSV in STARCAST_DATA`,
    vocabularySize,
    maxLength,
    ids,
    lengths,
    classes,
  };
}

/**
 * @param {readonly number[]} shares
 * @returns {(uniform: number) => number} the index whose part of the shares holds this point of [0, 1)
 */
function drawBy(shares) {
  let sum = 0;
  const ends = Float64Array.from(shares, (share) => {
    sum += share;
    return sum;
  });
  return (uniform) => {
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > uniform * sum) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** @param {number} uniform */
function quantile(uniform) {
  const place = uniform * (lengthQuantiles.length - 1);
  const below = Math.floor(place);
  return Math.round(lengthQuantiles[below] + (place - below) * (lengthQuantiles[below + 1] - lengthQuantiles[below]));
}

/**
 * Writes the data as `peers/pytorch_train.py` reads it.
 *
 * @param {TrainingData} data
 * @param {string} path
 */
export async function writeForPeers(data, path) {
  const header = Int32Array.of(data.lengths.length, data.maxLength, data.vocabularySize);
  const parts = [header, data.lengths, data.classes, data.ids];
  await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
}
