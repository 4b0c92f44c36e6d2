/** Reads the golden vectors, for tests. */
import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { NamedTensor } from "../src/nn/network.js";

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The large cases lie beside the checkout; most checkouts have none, and skip the tests that need them. */
const folders = ["./golden/", "../../../../shared/golden/"].map((path) => new URL(path, import.meta.url));

function goldenFile(name: string): URL | undefined {
  return folders.map((folder) => new URL(`${name}.json`, folder)).find((file) => existsSync(file));
}

export function hasGolden(name: string): boolean {
  return goldenFile(name) !== undefined;
}

export function readGolden<T>(name: string): T {
  const file = goldenFile(name);
  if (!file) throw new Error(`There is no golden case ${name}.`);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

export function namedTensors(tensors: Readonly<Record<string, GoldenTensor>>): NamedTensor[] {
  return Object.entries(tensors).map(([name, { shape, data }]) => ({ name, shape, data: Float32Array.from(data) }));
}

/** |actual - expected| <= 1e-5 + 1e-4 |expected| for every element, unless told otherwise. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-5, relative = 1e-4 }: { readonly absolute?: number; readonly relative?: number } = {},
): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let index = 0; index < expected.length; index++) {
    const excess = Math.abs(actual[index] - expected[index]) / (absolute + relative * Math.abs(expected[index]));
    if (!(excess <= worst)) worst = excess;
  }
  expect(worst, "largest difference, as a share of the tolerance").toBeLessThanOrEqual(1);
}
