import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

/** Without these headers a page may not share memory among its threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // Relative, so that the pages work in any folder of any server.
  base: "./",
  define: { starcastVersion: JSON.stringify(version) },
  resolve: {
    // Exports are made by the command line's own code, which needs no Node for them.
    alias: { "starcast/browser": fileURLToPath(new URL("../cli/src/browser.ts", import.meta.url)) },
  },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // Nothing is inlined: the pages' policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});
