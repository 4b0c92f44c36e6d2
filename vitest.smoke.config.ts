import { defineConfig } from "vitest/config";

/** What is shipped: the packed packages, installed elsewhere, in every place that they promise to work. */
export default defineConfig({
  test: {
    include: ["scripts/smoke/**/*.smoke.test.ts"],
    globalSetup: ["scripts/smoke/install.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
