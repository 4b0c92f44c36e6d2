/** Python, where it is installed: for the suites that compare with other people's programs. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const inEnvironment = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";

/** Looked for in this order: STARCAST_PYTHON, the clone's `.venv`, `python3`. */
const candidates = [process.env.STARCAST_PYTHON, `${repository}.venv/${inEnvironment}`, "python3"];

/** A Python that has these packages, or undefined. */
export function pythonWith(...packages: readonly string[]): string | undefined {
  return candidates.find((program) => {
    if (program === undefined || (program.includes("/") && !existsSync(program))) return false;
    try {
      const missing = `[name for name in ${JSON.stringify(packages)} if importlib.util.find_spec(name) is None]`;
      execFileSync(program, ["-c", `import importlib.util, sys\nsys.exit(len(${missing}))`], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a program given as text on an input, both through pipes. @returns what it prints as JSON. */
export function runPython(python: string, program: string, input: unknown, cwd: string): unknown {
  const printed = execFileSync(python, ["-c", program], {
    cwd,
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf8" },
  });
  return JSON.parse(printed);
}
