import { defineConfig, mergeConfig } from "vitest/config";
import fast from "./vitest.config.js";

/** The suites that train on real data or sweep many cases: minutes, not seconds. */
const config = mergeConfig(fast, defineConfig({ test: { testTimeout: 600_000, hookTimeout: 600_000 } }));
config.test = {
  ...config.test,
  include: ["packages/*/src/**/*.long.test.ts", "scripts/**/*.long.test.ts"],
  exclude: ["**/node_modules/**", "**/dist/**"],
};
export default config;
