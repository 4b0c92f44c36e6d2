import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { freemem, hostname, totalmem, uptime } from "node:os";
import { promisify } from "node:util";

/** A process, told apart from another one that later got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The start of the machine: an identifier where the system has one, else the time, to about a minute. */
  readonly boot: string;
  /** The start of the process, in the system's own words; empty where it does not tell. */
  readonly birth: string;
}

/** The process that asks. */
export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, host: hostname(), boot: await bootOf(), birth: await birthOf(process.pid) };
}

/** Whether a process may still run: yes in case of doubt, so for any process of another machine. */
export async function mayRun(other: ProcessIdentity): Promise<boolean> {
  if (other.host !== hostname()) return true;
  if (!sameBoot(other.boot, await bootOf()) || !isAlive(other.pid)) return false;
  const birth = await birthOf(other.pid);
  return birth === "" || other.birth === "" || birth === other.birth;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: so there is one.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function bootOf(): Promise<string> {
  const id = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return id.trim() || `at ${Math.round(Date.now() / 1000 - uptime())}`;
}

/** Times of the start are found by subtraction and differ a little each time. */
function sameBoot(one: string, other: string): boolean {
  const [first, second] = [one, other].map((boot) => Number(/^at (\d+)$/.exec(boot)?.[1]));
  return one === other || Math.abs(first - second) <= 60;
}

async function birthOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The 22nd field; the second one, the program's name in parentheses, may hold blanks.
  if (stat !== "") return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  if (process.platform === "win32" || process.platform === "linux") return "";
  const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.trim();
}

/** The memory of this machine, or of the container or group of processes that the process is confined to, in bytes. */
export function machineMemory(): { readonly available?: number; readonly limit: number } {
  // Absent in early versions of Node 20.
  const { availableMemory, constrainedMemory } = process as {
    availableMemory?: () => number;
    constrainedMemory?: () => number;
  };
  const total = totalmem();
  const constrained = constrainedMemory?.call(process) || total;
  const limit = Math.min(total, constrained);
  // macOS counts as free only what no file is cached in, which is next to nothing on a machine that has been in use.
  if (process.platform === "darwin") return { limit };
  return { limit, available: Math.min(limit, availableMemory?.call(process) || freemem()) };
}
