/**
 * The library for Node: everything of `@starcast/core`, and models and tables on disk.
 *
 * @module
 */
import { linesOf, RatingModel, readWordVectors, type TrainOptions } from "@starcast/core";
import { diskFolder } from "./data/diskFolder.js";
import { wordVectorsFrom } from "./wordVectors.js";

export * from "@starcast/core";
export { diskFolder } from "./data/diskFolder.js";
export {
  type ReadTableOptions,
  type RowBatch,
  readTable,
  type SkippedRow,
  Table,
  type TableRow,
} from "./data/readTable.js";
export {
  type LabelledRows,
  type LabelledSource,
  type LabelledTexts,
  openLabelledTexts,
  type ReadLabelledOptions,
  readLabelledTexts,
  readTexts,
  type SourcedText,
  type Texts,
} from "./data/readTexts.js";

/**
 * Loads a model from the folder that `starcast train` or {@link saveModel} wrote.
 *
 * @throws {FormatError} when there is no model, or a file of it is damaged.
 */
export async function loadModel(path: string): Promise<RatingModel> {
  return RatingModel.load(diskFolder(path));
}

/**
 * Saves a model as a folder; the folder appears complete or not at all, and replaces an earlier model of that name.
 *
 * @throws {OptionError} when the folder holds files that are not a model's. @throws {StarcastError} when it cannot be written.
 */
export async function saveModel(model: RatingModel, path: string): Promise<void> {
  await model.save(diskFolder(path));
}

/**
 * Word vectors of a GloVe or word2vec text file, plain or `.gz`, as the option `wordVectors` of `train` takes them.
 *
 * @throws {UsageError} when there is no such file, or it is no text file.
 */
export function wordVectorFile(path: string): NonNullable<TrainOptions["wordVectors"]> {
  return wordVectorsFrom(path, { readWordVectors, linesOf });
}
