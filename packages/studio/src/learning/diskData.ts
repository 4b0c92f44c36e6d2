/** The rows of a run from disk, as the server of its folder tells them. */
import type { Parts } from "@starcast/core";
import { Problem } from "../problem.js";
import type { Run } from "../protocol.js";
import type { DiskRows } from "../store/server.js";
import { Dataset } from "./dataset.js";

/**
 * A data set with the division that the run was trained on.
 *
 * @throws {Problem} `other-run` when the folder holds another model by now.
 */
export function diskData(run: Run, rows: DiskRows): { readonly dataset: Dataset; readonly parts: Parts } {
  if (rows.fingerprint !== run.fingerprint) {
    throw new Problem("other-run", `“${run.name}” was trained anew since it was opened. Open it once more under Runs.`);
  }
  const { choice, columns, values, rowNumbers, files, parts } = rows;
  const name = files.length === 1 ? files[0].name : `${files[0].name} and ${files.length - 1} more`;
  return {
    dataset: new Dataset({ name, files, columns, values, rowNumbers, ragged: [] }, choice),
    parts: {
      train: Uint32Array.from(parts.train),
      validation: Uint32Array.from(parts.validation),
      test: Uint32Array.from(parts.test),
    },
  };
}
