import type { ModelAccount, Run } from "../protocol.js";
import type { DiskRun } from "./server.js";

/** A run as the pages know it. */
export function diskRun(disk: DiskRun, account: ModelAccount): Run {
  const { metrics } = account;
  return {
    id: `disk-${disk.id}-${disk.changed}`,
    diskId: disk.id,
    name: disk.name,
    at: disk.changed,
    data: { name: "data of the command line", choice: { text: [], label: "", task: metrics.task } },
    choice: { recipe: "best", seed: metrics.seed, threads: metrics.threads },
    reason: metrics.reason,
    corrections: [],
    ...account,
  };
}
