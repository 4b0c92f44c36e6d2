/** The folder where the packed packages are installed, shared between the set-up and the tests. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject } from "vitest";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

declare module "vitest" {
  export interface ProvidedContext {
    /** Temporary folder with `consumer/` (the installed packages and a trained model) and `node22/`, `node24/`. */
    smokeFolder: string;
  }
}

/** A path inside the temporary folder. */
export function place(...parts: string[]): string {
  return join(inject("smokeFolder"), ...parts);
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failure is a result, not an exception. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd, maxBuffer: 1 << 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr, message } = error as Error & { code: unknown; stdout?: string; stderr?: string };
    return { code: typeof code === "number" ? code : 1, stdout: stdout ?? "", stderr: stderr ?? message };
  }
}

/** {@link run}, for what must succeed. */
export async function mustRun(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with code ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** npm, run by the Node that runs the tests. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  return mustRun("npm", [...args, ...quiet], cwd);
}
