import { readFileSync } from "node:fs";

/** Version of this package, read from its own package.json so that it is written once. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;
