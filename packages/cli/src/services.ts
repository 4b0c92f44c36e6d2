import type * as core from "@starcast/core";
import type * as atomic from "./data/atomicWrite.js";
import type * as check from "./data/check.js";
import type * as datasets from "./data/datasets.js";
import type * as folder from "./data/diskFolder.js";
import type * as files from "./data/files.js";
import type * as reading from "./data/readTexts.js";
import type * as sample from "./data/sample.js";
import type * as csv from "./data/writeCsv.js";
import type * as writing from "./data/writePredictions.js";
import type * as exporting from "./export/index.js";
import type * as importing from "./import/index.js";
import type * as modelReport from "./report/modelReport.js";
import type * as record from "./run/runData.js";
import type * as runs from "./run/runFolder.js";
import type * as serving from "./serve/index.js";
import type * as studio from "./studio/index.js";
import type * as trials from "./tune/trialLog.js";

/** The library, as far as commands use it. */
export type Core = Pick<
  typeof core,
  | "train"
  | "RatingModel"
  | "engineInfo"
  | "readWordVectors"
  | "linesOf"
  | "recipes"
  | "heldBackFor"
  | "crossValidate"
  | "auditRatings"
  | "reversalEvidence"
  | "isReversedThroughout"
  | "compareAnswers"
  | "divideRows"
  | "readRecipe"
  | "resolveSettings"
  | "Random"
  | "spreadOf"
  | "sameAnswer"
  | "worseThanBaseline"
  | "Explainer"
  | "unitStep"
  | "makeSample"
>;

/** Reading and writing of data, as far as commands use it. */
export type Data = Pick<typeof reading, "openLabelledTexts" | "readLabelledTexts" | "openTexts" | "readTexts"> &
  Pick<typeof check, "checkData"> &
  Pick<typeof csv, "writeCsv"> &
  Pick<typeof trials, "openTrials"> &
  Pick<typeof datasets, "datasets" | "getDataset"> &
  Pick<typeof sample, "writeSample"> &
  Pick<typeof files, "formatOf"> &
  Pick<typeof folder, "diskFolder"> &
  Pick<typeof runs, "openRun"> &
  Pick<typeof record, "recordData"> &
  Pick<typeof writing, "writePredictions"> &
  Pick<typeof atomic, "writeAtomically">;

/** Writing models in other formats. */
export type Exporting = Pick<typeof exporting, "exportModel">;

/** Looking at what a model answers, and drawing it as a page. */
export type Reporting = Pick<typeof modelReport, "reportOnRun" | "reportOnRows" | "writeReport">;

/** Reading models that other programs trained. */
export type Importing = Pick<typeof importing, "importPytorch">;

/** Answering requests over HTTP. */
export type Serving = typeof serving;

/** The server behind the studio's pages. */
export type StudioServer = typeof studio;

/**
 * The heavy parts, loaded when a command asks for them, so that `starcast --help` needs neither the engine nor
 * DuckDB. Tests hand in their own.
 */
export interface Services {
  core(): Promise<Core>;
  data(): Promise<Data>;
  exporting(): Promise<Exporting>;
  importing(): Promise<Importing>;
  reporting(): Promise<Reporting>;
  serving(): Promise<Serving>;
  studio(): Promise<StudioServer>;
}

export const realServices: Services = {
  core: () => import("@starcast/core"),
  data: async () => {
    const [reading, check, datasets, sample, files, folder, writing, runs, record, csv, trials, atomic] =
      await Promise.all([
        import("./data/readTexts.js"),
        import("./data/check.js"),
        import("./data/datasets.js"),
        import("./data/sample.js"),
        import("./data/files.js"),
        import("./data/diskFolder.js"),
        import("./data/writePredictions.js"),
        import("./run/runFolder.js"),
        import("./run/runData.js"),
        import("./data/writeCsv.js"),
        import("./tune/trialLog.js"),
        import("./data/atomicWrite.js"),
      ]);
    return {
      ...reading,
      ...check,
      ...datasets,
      ...sample,
      ...files,
      ...folder,
      ...writing,
      ...runs,
      ...record,
      ...csv,
      ...trials,
      ...atomic,
    };
  },
  exporting: () => import("./export/index.js"),
  importing: () => import("./import/index.js"),
  reporting: () => import("./report/modelReport.js"),
  serving: () => import("./serve/index.js"),
  studio: () => import("./studio/index.js"),
};
