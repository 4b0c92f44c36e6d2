import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The fast tests: no suite here takes more than some seconds. */
export default defineConfig({
  resolve: {
    alias: {
      "@starcast/core": fileURLToPath(new URL("packages/core/src/index.ts", import.meta.url)),
      "starcast/browser": fileURLToPath(new URL("packages/cli/src/browser.ts", import.meta.url)),
    },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.long.test.ts", "**/*.smoke.test.ts"],
    testTimeout: 60_000,
  },
});
