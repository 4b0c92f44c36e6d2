import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("../peers/pytorch_train.py", import.meta.url));
const repositoryPython = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));

export const installPyTorch =
  "Install it with: python3 -m venv .venv && .venv/bin/pip install torch numpy (or set STARCAST_PYTHON to a Python that has them).";

/** The first Python that can import PyTorch. */
export function findPyTorch() {
  return findPython("torch, numpy");
}

/**
 * The first Python that can import some modules: STARCAST_PYTHON, `.venv` in the repository, `python3`.
 *
 * @param {string} modules as in an import statement
 * @returns {Promise<string | undefined>}
 */
export async function findPython(modules) {
  const { STARCAST_PYTHON } = process.env;
  for (const python of STARCAST_PYTHON ? [STARCAST_PYTHON] : [repositoryPython, "python3"]) {
    try {
      await promisify(execFile)(python, ["-c", `import ${modules}`], { env: peerEnvironment({ tuned: false }) });
      return python;
    } catch {
      // Not there, or without them: the next one may do.
    }
  }
  return undefined;
}

/**
 * A process that trains one epoch of an article recipe each time it is asked.
 *
 * @param {import("./types.js").PyTorchPeer & { python: string, dataFile: string, recipe: string }} options
 * @returns {Promise<{ version: string, trainEpoch(threads: number): Promise<import("./types.js").Measurement>, dispose(): void }>}
 */
export async function startPyTorch({ python, dataFile, recipe, lengthsBy, tuned }) {
  const flags = ["--data", dataFile, "--recipe", recipe, "--lengths-by", lengthsBy];
  const child = spawn(python, [script, ...flags, ...(tuned ? ["--flush-denormal"] : [])], {
    env: peerEnvironment({ tuned }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextAnswer = async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error("PyTorch's process ended early; its own message stands above.");
    return JSON.parse(value);
  };
  const { torch } = await nextAnswer();
  return {
    version: torch,
    trainEpoch(threads) {
      child.stdin.write(`${threads}\n`);
      return nextAnswer();
    },
    dispose: () => child.stdin.end(),
  };
}

/**
 * The peer's environment: without overrides that slow its matrix products; tuned, glibc also keeps freed memory
 * instead of handing it back after each step, which costs PyTorch many page faults.
 *
 * @param {{ tuned: boolean }} options
 */
export function peerEnvironment({ tuned }) {
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...environment } = process.env;
  const keepMemory = ["mmap_threshold=4294967296", "trim_threshold=17179869184", "top_pad=67108864"];
  const tunables = keepMemory.map((setting) => `glibc.malloc.${setting}`).join(":");
  return { ...environment, PYTHONDONTWRITEBYTECODE: "1", ...(tuned ? { GLIBC_TUNABLES: tunables } : {}) };
}
