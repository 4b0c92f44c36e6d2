/**
 * Faults of machine and disk, put between a program and its file system. Used by tests in their own process, and as a
 * module that is loaded first (`node --import`), where the environment says what is to happen:
 *
 *   STARCAST_FAULT_FOLDER  only operations on files in this folder count
 *   STARCAST_FAULT         kill:N   the process ends in its N-th operation, as by SIGKILL, half of a write being done
 *                          full:N   from the N-th operation on the disk is full
 *                          short:N  every N-th write takes only half of its bytes
 *                          count    nothing happens
 *   STARCAST_FAULT_COUNT   file that tells how many operations there were, when the process ends by itself
 */
import { writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { resolve, sep } from "node:path";

const changing = ["mkdir", "rename", "link", "unlink", "rm", "rmdir", "writeFile"];
const needRoom = ["mkdir", "link", "writeFile", "write"];

/**
 * Asks `decide` before every operation that changes something in the folder.
 *
 * @param options.decide gets the number of the operation, from 1, and its name; answers `pass`, `full`, `short`, or
 *   `kill`, upon which `kill` is called, half of a write being done.
 * @returns what puts everything back, and the count.
 */
export async function injectFaults({ folder, decide, kill }) {
  const root = resolve(folder);
  const concerns = (path) =>
    typeof path === "string" && (resolve(path) === root || resolve(path).startsWith(root + sep));
  const pathOfHandle = new WeakMap();
  let count = 0;
  /** @param half does half of the operation. @returns what the operation gives when it is not to be done as usual. */
  const guard = async (name, half) => {
    const decision = decide(++count, name);
    if (decision === "kill") {
      await half?.();
      await kill();
    }
    if (decision === "full" && needRoom.includes(name)) {
      await half?.();
      throw Object.assign(new Error("ENOSPC: no space left on device (injected)"), { code: "ENOSPC" });
    }
    return decision === "short" && half ? half() : undefined;
  };

  const original = Object.fromEntries([...changing, "open"].map((name) => [name, fs[name]]));
  const handle = await fs.open(process.execPath, "r");
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const originalOfHandle = Object.fromEntries(
    ["write", "sync", "datasync", "truncate"].map((name) => [name, prototype[name]]),
  );

  for (const name of changing) {
    fs[name] = async (path, ...rest) => {
      if (concerns(path)) await guard(name);
      return original[name](path, ...rest);
    };
  }
  fs.open = async (path, flags = "r", ...rest) => {
    if (concerns(path) && flags !== "r") await guard("open");
    const opened = await original.open(path, flags, ...rest);
    if (concerns(path)) pathOfHandle.set(opened, path);
    return opened;
  };
  prototype.write = async function (buffer, offset = 0, length = buffer.length - offset, position = null) {
    const write = (bytes) => originalOfHandle.write.call(this, buffer, offset, bytes, position);
    if (!pathOfHandle.has(this)) return write(length);
    return (await guard("write", () => write(Math.ceil(length / 2)))) ?? write(length);
  };
  for (const name of ["sync", "datasync", "truncate"]) {
    prototype[name] = async function (...rest) {
      if (pathOfHandle.has(this)) await guard(name);
      return originalOfHandle[name].apply(this, rest);
    };
  }
  syncBuiltinESMExports();
  return {
    count: () => count,
    restore() {
      Object.assign(fs, original);
      Object.assign(prototype, originalOfHandle);
      syncBuiltinESMExports();
    },
  };
}

/** What an entry of the environment such as `kill:12` decides. */
export function decisionOf(fault) {
  const [kind, number] = fault.split(":");
  const at = Number(number);
  return (operation, name) => {
    if (kind === "kill" && operation === at) return "kill";
    if (kind === "full" && operation >= at) return "full";
    if (kind === "short" && name === "write" && operation % at === 0) return "short";
    return "pass";
  };
}

const { STARCAST_FAULT, STARCAST_FAULT_FOLDER, STARCAST_FAULT_COUNT } = process.env;
if (STARCAST_FAULT && STARCAST_FAULT_FOLDER) {
  const faults = await injectFaults({
    folder: STARCAST_FAULT_FOLDER,
    decide: decisionOf(STARCAST_FAULT),
    kill() {
      process.kill(process.pid, "SIGKILL");
      return new Promise(() => {});
    },
  });
  if (STARCAST_FAULT_COUNT) process.on("exit", () => writeFileSync(STARCAST_FAULT_COUNT, String(faults.count())));
}
