import type { ModelAccount, Run } from "../protocol.js";
import type { DiskRun } from "./server.js";

/** A run as the pages know it; which rows it learned from is not told on disk. */
export function diskRun(disk: DiskRun, files: ReadonlyMap<string, Uint8Array>, account: ModelAccount): Run {
  const { metrics } = account;
  const none = new Uint32Array();
  return {
    id: `disk-${disk.id}-${disk.changed}`,
    name: disk.name,
    at: disk.changed,
    data: { name: "data of the command line", choice: { text: [], label: "", task: metrics.task } },
    choice: { recipe: "best", seed: metrics.seed, threads: metrics.threads },
    reason: metrics.reason,
    files,
    parts: { train: none, validation: none, test: none },
    corrections: [],
    ...account,
  };
}
