/** The service and its client as they are shipped. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mustRun, place } from "./place.js";

const program = `import { StarcastClient } from "@starcast/client";
const client = new StarcastClient({ url: process.argv[2] });
const texts = JSON.parse(process.argv[3]);
const each = [];
for await (const prediction of client.predictEach("trained", texts)) each.push(prediction);
console.log(JSON.stringify(each));
`;

describe("the service, installed from the packed packages", () => {
  it("answers the installed client as the library does, and ends with code 0", async () => {
    const consumer = place("consumer");
    const child = spawn(
      process.execPath,
      ["node_modules/starcast/bin/starcast.js", "serve", "trained", "--port", "0"],
      {
        cwd: consumer,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const ended = new Promise((resolve) => child.on("close", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      void ended.then((code) => reject(new Error(`ended with ${String(code)}`)));
    });
    const texts = ["Lovely colour, but it fell apart.", "not good"];
    writeFileSync(`${consumer}/ask.mjs`, program);
    const answers = await mustRun(process.execPath, ["ask.mjs", url, JSON.stringify(texts)], consumer);
    const words = ["node_modules/starcast/bin/starcast.js", "predict", "trained", ...texts, "--json"];
    const lines = (await mustRun(process.execPath, words, consumer)).trim().split("\n");
    const expected = lines.map((line) => {
      const { text: _text, ...prediction } = JSON.parse(line) as Record<string, unknown>;
      return prediction;
    });
    expect(JSON.parse(answers)).toEqual(expected);
    expect((await fetch(`${url}/docs/static/swagger-ui-bundle.js`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(readFileSync(`${consumer}/node_modules/@starcast/client/package.json`, "utf8")).not.toContain(
      '"dependencies"',
    );
  });
});
