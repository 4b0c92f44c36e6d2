/** The command line's server behind the pages, where there is one: runs on disk, and trainings that it does. */
import { Problem } from "../problem.js";
import type { DataChoice, TrainChoice, TrainNews } from "../protocol.js";
import type { Table } from "../reading/table.js";

/** A run in a folder of the server's. */
export interface DiskRun {
  readonly id: string;
  readonly name: string;
  readonly state: "training" | "finished" | "unfinished";
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly recipe?: string;
  readonly rmse?: number;
  readonly macroF1?: number;
  readonly hasReport: boolean;
}

/** The rows that a run on disk learned from and was measured on. */
export interface DiskRows extends Pick<Table, "columns" | "values" | "rowNumbers"> {
  /** That of the run's weights. */
  readonly fingerprint: string;
  readonly files: NonNullable<Table["files"]>;
  readonly choice: DataChoice;
  /** Positions among the rows with a usable label. */
  readonly parts: Readonly<Record<"train" | "validation" | "test", readonly number[]>>;
}

/** How a run on disk ended, as its log tells. */
export type RunEnd =
  | { readonly type: "done"; readonly reason: string }
  | { readonly type: "failed"; readonly message: string };

/** The files that a model is opened from. */
const modelFiles = ["config.json", "model.safetensors", "vocabulary.txt", "metrics.json", "README.md"] as const;

/** Whether `starcast studio` serves the pages; as plain files they have no server to ask. */
export function hasServer(): boolean {
  return document.querySelector('meta[name="starcast-server"]') !== null;
}

/** The runs in the server's folders, the newest first. */
export async function listRuns(): Promise<readonly DiskRun[]> {
  const { runs } = (await ask("api/runs")) as { runs: readonly DiskRun[] };
  return runs;
}

/** The files of a run's model. */
export async function readRun({ id }: DiskRun): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of modelFiles) {
    const response = await fetch(address(`api/runs/${id}/files/${name}`));
    if (response.status === 404) continue;
    if (!response.ok)
      throw new Problem("cannot-read", `The server could not read ${name} (status ${response.status}).`);
    files.set(name, new Uint8Array(await response.arrayBuffer()));
  }
  return files;
}

/** The rows of a run, by what names it to the server. @throws {Problem} that says why there are none. */
export async function readRows(diskId: string): Promise<DiskRows> {
  return (await ask(`api/runs/${diskId}/rows`)) as DiskRows;
}

/** The address of a run's report. */
export function reportAddress({ id }: DiskRun): string {
  return `api/runs/${id}/files/report.html`;
}

/** Follows a run's events from its first. @returns what ends it. */
export function followRun(
  { id }: Pick<DiskRun, "id">,
  listeners: {
    readonly onNews: (news: TrainNews) => void;
    readonly onEnd: (end: RunEnd) => void;
    readonly onBegin: () => void;
  },
): () => void {
  const source = new EventSource(`api/runs/${id}/events`);
  // The log is told from its start whenever the connection is made anew.
  source.onopen = listeners.onBegin;
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const event = JSON.parse(data) as TrainNews | RunEnd;
    if (event.type === "done" || event.type === "failed") listeners.onEnd(event);
    else listeners.onNews(event);
  };
  source.addEventListener("end", () => source.close());
  return () => source.close();
}

/** Lets the server train. @returns the run's id. */
export async function trainOnServer(csv: string, choice: DataChoice, training: TrainChoice): Promise<string> {
  const { text, label, task, labels } = choice;
  const { recipe, budgetSeconds, epochs, seed } = training;
  const order = { csv, text, label, task, labels, recipe, budgetSeconds, epochs, seed };
  const { id } = (await ask("api/trainings", order)) as { id: string };
  return id;
}

/** Asks the server to end a training that it started, with the best so far. */
export async function stopOnServer({ id }: Pick<DiskRun, "id">): Promise<void> {
  await ask(`api/runs/${id}/stop`, {});
}

/** Seen from the pages; the programs of workers lie in a folder below them. */
function address(path: string): URL {
  return new URL(path, typeof document === "undefined" ? new URL("..", location.href) : document.baseURI);
}

async function ask(path: string, body?: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address(path), {
      ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Problem("no-server", "The server does not answer. Is `starcast studio` still running?");
  }
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { code, message } = answer as { code: string; message: string };
  throw new Problem(code, message);
}
