/**
 * @typedef {import("./types.js").System} System
 * @typedef {import("./types.js").Measurement} Measurement
 * @typedef {import("./types.js").Summary} Summary
 */

/** Rounds before the measured ones: the first lets compilers and allocators settle, the second shows that they did. */
const warmUpRounds = 2;

/**
 * Measures systems in turns (A B C, A B C, ...), so that a change in the machine's mood meets all of them, and
 * releases them.
 *
 * @param {readonly System[]} systems
 * @param {import("./types.js").RunOptions} options
 * @returns {Promise<Summary[]>}
 */
export async function measureInTurns(systems, { rounds, log }) {
  /** @type {Map<System, Measurement[]>} */
  const measured = new Map(systems.map((system) => [system, []]));
  try {
    const chosen = await warmUp(systems, log);
    for (let round = 1; round <= rounds; round++) {
      for (const system of chosen) {
        if (round > (system.maxRounds ?? rounds)) continue;
        const measurement = await system.measure();
        measured.get(system)?.push(measurement);
        log(`round ${round}: ${nameOf(system)} ${measurement.seconds.toFixed(3)} s`);
      }
    }
  } finally {
    for (const system of systems) system.dispose();
  }
  return summarise(measured);
}

/**
 * Runs everything before it counts; of a slow product only the setting that was fastest here goes on.
 *
 * @param {readonly System[]} systems
 * @param {(line: string) => void} log
 * @returns {Promise<System[]>}
 */
async function warmUp(systems, log) {
  /** @type {Map<string, { system: System, seconds: number }>} */
  const fastest = new Map();
  for (const system of systems) {
    const rounds = system.maxRounds === undefined ? warmUpRounds : 1;
    let seconds = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) seconds = (await system.measure()).seconds;
    log(`warm-up: ${nameOf(system)} ${seconds.toFixed(3)} s`);
    const known = fastest.get(system.product);
    if (!known || seconds < known.seconds) fastest.set(system.product, { system, seconds });
  }
  return systems.filter((system) => system.maxRounds === undefined || fastest.get(system.product)?.system === system);
}

/**
 * Medians, the best setting of each product, and how many times as fast Starcast is.
 *
 * @param {ReadonlyMap<System, readonly Measurement[]>} measured
 * @returns {Summary[]} in the systems' order, without those that were never measured
 */
export function summarise(measured) {
  const rows = [...measured]
    .filter(([, measurements]) => measurements.length > 0)
    .map(([{ product, setting, version }, measurements]) => {
      const seconds = measurements.map((measurement) => measurement.seconds);
      const loss = measurements[measurements.length - 1].loss;
      const cpuSeconds = measurements.flatMap((measurement) => measurement.cpuSeconds ?? []);
      const medianCpuSeconds = cpuSeconds.length > 0 ? median(cpuSeconds) : undefined;
      return { product, setting, version, medianSeconds: median(seconds), medianCpuSeconds, seconds, loss };
    });
  const bestOf = (/** @type {string} */ product) =>
    Math.min(...rows.filter((row) => row.product === product).map((row) => row.medianSeconds));
  const starcast = bestOf("Starcast");
  return rows.map((row) => {
    const best = row.medianSeconds === bestOf(row.product);
    const isPeer = row.product !== "Starcast" && Number.isFinite(starcast);
    return { ...row, best, starcastTimesAsFast: best && isPeer ? row.medianSeconds / starcast : undefined };
  });
}

/**
 * @param {readonly number[]} values at least one
 * @returns {number}
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number} threads */
export function threadSetting(threads) {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}

/** @param {System} system */
function nameOf(system) {
  return system.setting ? `${system.product}, ${system.setting}:` : `${system.product}:`;
}
