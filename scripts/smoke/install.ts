/** Global set-up of the smoke tests: packs the packages, installs them elsewhere, trains the model that they share. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { otherNodes } from "./nodes.js";
import { mustRun, npm, repository } from "./place.js";

export default async function install(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "starcast-smoke-"));
  const consumer = join(folder, "consumer");
  await mkdir(consumer);
  const tarballs: string[] = [];
  for (const name of ["core", "cli", "client", "studio"]) {
    const packed = await npm(["pack", "--json", "--pack-destination", folder], join(repository, "packages", name));
    tarballs.push(join(folder, (JSON.parse(packed) as { filename: string }[])[0].filename));
  }
  await cp(join(repository, "scripts/smoke/consumer"), consumer, { recursive: true });
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await npm(["install", ...tarballs], consumer);
  for (const { folderName, packageName } of otherNodes) {
    await mkdir(join(folder, folderName));
    await npm(["install", "--prefix", join(folder, folderName), packageName], join(folder, folderName));
  }
  await mustRun(process.execPath, ["train.mjs", "trained"], consumer);
  project.provide("smokeFolder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
