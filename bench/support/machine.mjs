import { cpus, loadavg, release, totalmem, type } from "node:os";

/**
 * What a number is worth nothing without.
 *
 * @returns {import("./types.js").Machine}
 */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    loadBefore: Math.round(loadavg()[0] * 100) / 100,
  };
}
