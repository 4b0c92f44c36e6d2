/**
 * Threads that work through numbered tasks together. The thread that calls takes tasks too, so a crew of one needs no
 * worker; who takes which task is left to chance and must not matter to the result.
 */
import { EngineError } from "../errors.js";
import { type KernelFunctions, Kernels } from "./kernels.js";

/** Does task `index` of a kind; kinds are numbered by the caller. */
export type TaskRunner = (kind: number, index: number) => void;

/** What a worker is sent. */
interface StartMessage<Settings> {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Shared words that the crew is steered by. */
  readonly control: SharedArrayBuffer;
  /** 1 for the first worker; 0 is the caller. */
  readonly thread: number;
  readonly settings: Settings;
}

/** Words of the control buffer. */
const control = { round: 0, kind: 1, count: 2, next: 3, working: 4, failed: 5, words: 16 } as const;
/** Instead of a count: the workers are to end. */
const dismissed = -1;
/** Looks at a word this often before sleeping: waking a sleeper costs 25 microseconds, a look under 0.01. */
const looks = 2_000;

/** The parts of Node's and the browser's workers that are alike here. */
interface WorkerHandle {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

export class Crew {
  readonly #control: Int32Array;
  readonly #workers: WorkerHandle[] = [];
  readonly #run: TaskRunner;

  private constructor(run: TaskRunner) {
    this.#control = new Int32Array(
      typeof SharedArrayBuffer === "undefined"
        ? new ArrayBuffer(4 * control.words)
        : new SharedArrayBuffer(4 * control.words),
    );
    this.#run = run;
  }

  /**
   * Starts `threads` - 1 workers and waits until they are ready.
   *
   * @param run does a task on the calling thread.
   * @param options.workerSource JavaScript module that calls `joinCrew`.
   * @param options.settings what `joinCrew` hands to the workers' program.
   * @throws {EngineError} `worker-failed` when one does not start.
   */
  static async start<Settings>(
    kernels: Pick<Kernels, "module" | "memory">,
    run: TaskRunner,
    options: { readonly threads: number; readonly workerSource: string; readonly settings: Settings },
  ): Promise<Crew> {
    const crew = new Crew(run);
    const starts = Array.from({ length: options.threads - 1 }, (_, index) => {
      const { module, memory } = kernels;
      const control = crew.#control.buffer as SharedArrayBuffer;
      const message: StartMessage<Settings> = {
        module,
        memory,
        control,
        thread: index + 1,
        settings: options.settings,
      };
      return startWorker(options.workerSource, message, crew.#workers);
    });
    try {
      await Promise.all(starts);
    } catch (error) {
      crew.dismiss();
      throw error;
    }
    return crew;
  }

  /** Does tasks 0 to `count` - 1 of a kind, and returns when all are done. */
  runTasks(kind: number, count: number): void {
    const words = this.#control;
    const workers = count > 1 ? this.#workers.length : 0;
    if (workers === 0) {
      for (let index = 0; index < count; index++) this.#run(kind, index);
      return;
    }
    words[control.kind] = kind;
    words[control.count] = count;
    words[control.next] = 0;
    words[control.working] = workers;
    Atomics.add(words, control.round, 1);
    Atomics.notify(words, control.round);
    takeTasks(words, this.#run);
    for (;;) {
      const working = Atomics.load(words, control.working);
      if (working === 0) break;
      waitWhile(words, control.working, working);
    }
    if (words[control.failed] !== 0) {
      throw new EngineError(
        "worker-failed",
        "A worker thread failed while computing; start again with threads set to 1.",
      );
    }
  }

  /** Ends the workers. */
  dismiss(): void {
    this.#control[control.count] = dismissed;
    Atomics.add(this.#control, control.round, 1);
    Atomics.notify(this.#control, control.round);
    for (const worker of this.#workers.splice(0)) worker.terminate();
  }
}

/**
 * The worker's side: waits for the start message, then does tasks until the crew is dismissed.
 *
 * @param make prepares the worker's program; `thread` numbers the threads of the crew, the caller being 0.
 */
export function joinCrew<Settings, Functions = KernelFunctions>(
  make: (kernels: Kernels<Functions>, thread: number, settings: Settings) => TaskRunner,
): void {
  const parentPort = nodeThreads()?.parentPort;
  const start = (message: StartMessage<Settings>, ready: () => void) => {
    const run = make(new Kernels<Functions>(message.module, message.memory), message.thread, message.settings);
    ready();
    serveTasks(new Int32Array(message.control), run);
  };
  if (parentPort) {
    parentPort.once("message", (message) =>
      start(message as StartMessage<Settings>, () => parentPort.postMessage("ready")),
    );
  } else {
    globalThis.onmessage = (event: MessageEvent<StartMessage<Settings>>) =>
      start(event.data, () => (globalThis as unknown as WorkerHandle).postMessage("ready"));
  }
}

function serveTasks(words: Int32Array, run: TaskRunner): void {
  let round = 0;
  for (;;) {
    waitWhile(words, control.round, round);
    if (Atomics.load(words, control.round) === round) continue;
    round = Atomics.load(words, control.round);
    if (words[control.count] === dismissed) return;
    try {
      takeTasks(words, run);
    } catch {
      Atomics.store(words, control.failed, 1);
    }
    Atomics.sub(words, control.working, 1);
    Atomics.notify(words, control.working);
  }
}

function takeTasks(words: Int32Array, run: TaskRunner): void {
  for (;;) {
    const index = Atomics.add(words, control.next, 1);
    if (index >= words[control.count]) return;
    run(words[control.kind], index);
  }
}

/** Returns once the word may differ from `value`; a page's main thread may not sleep, so there it only looks. */
function waitWhile(words: Int32Array, index: number, value: number): void {
  for (let look = 0; look < looks; look++) {
    if (Atomics.load(words, index) !== value) return;
  }
  try {
    Atomics.wait(words, index, value);
  } catch {
    // Not allowed on this thread: the caller looks again.
  }
}

/** Node's `worker_threads`, reached without an import so that the same module loads in browsers. */
interface NodeWorkerThreads {
  readonly Worker: new (
    source: URL,
  ) => WorkerHandle & {
    once(event: "message" | "error", listener: (value: unknown) => void): void;
    unref(): void;
  };
  readonly parentPort: (WorkerHandle & { once(event: "message", listener: (value: unknown) => void): void }) | null;
}

interface NodeProcess {
  getBuiltinModule?(name: "node:worker_threads"): NodeWorkerThreads;
}

function nodeThreads(): NodeWorkerThreads | undefined {
  return (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.("node:worker_threads");
}

function startWorker(source: string, message: object, started: WorkerHandle[]): Promise<void> {
  const threads = nodeThreads();
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new EngineError(
          "worker-failed",
          "A worker thread did not start; set threads to 1 to compute without workers.",
          {
            cause,
          },
        ),
      );
    if (threads) {
      const worker = new threads.Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
      started.push(worker);
      worker.once("error", fail);
      worker.once("message", () => {
        // A worker that waits for tasks must not keep the process alive.
        worker.unref();
        resolve();
      });
      worker.postMessage(message);
    } else {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(url, { type: "module" });
      started.push(worker);
      worker.onerror = fail;
      worker.onmessage = () => {
        URL.revokeObjectURL(url);
        resolve();
      };
      worker.postMessage(message);
    }
  });
}
