/** Times small pieces of work by processor time, in turns, so that they can be divided by one another. */
import { median } from "./measure.mjs";

/** Processor time that one measurement of a case should take at least. */
const leastSeconds = 0.012;

/** @returns {number} processor time of this process so far, in seconds */
export function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * @param {readonly import("./types.js").KernelCase[]} cases
 * @param {number} rounds
 * @returns {import("./types.js").KernelTime[]} in the order of the cases
 */
export function timeCases(cases, rounds) {
  const calls = cases.map(callsFor);
  /** @type {number[][]} */
  const seconds = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    cases.forEach((one, index) => seconds[index].push(timeCalls(one, calls[index]) / calls[index]));
  }
  return cases.map(({ run: _, ...one }, index) => {
    const secondsPerCall = median(seconds[index]);
    return { ...one, secondsPerCall, gflops: rate(one.flops), gigabytes: rate(one.bytes) };

    function rate(/** @type {number | undefined} */ amount) {
      return amount === undefined ? undefined : amount / median(seconds[index]) / 1e9;
    }
  });
}

/**
 * Warms a case up, until it runs as compiled for good, and finds how many calls make a measurement.
 *
 * @param {import("./types.js").KernelCase} one
 */
function callsFor(one) {
  let calls = 1;
  while (timeCalls(one, calls) < leastSeconds) calls *= 2;
  while (timeCalls(one, calls) < leastSeconds) calls *= 2;
  return calls;
}

/**
 * @param {import("./types.js").KernelCase} one
 * @param {number} calls
 */
function timeCalls({ run }, calls) {
  const started = processorSeconds();
  for (let call = 0; call < calls; call++) run();
  return processorSeconds() - started;
}
