import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // The sources, so that a test run needs no build before it.
    alias: { "@starcast/core": fileURLToPath(new URL("packages/core/src/index.ts", import.meta.url)) },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
