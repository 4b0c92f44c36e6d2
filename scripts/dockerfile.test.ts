/** The Dockerfile, held against a linter and against what it promises; whether it builds is tried where Docker is at hand. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { repository } from "./setup.mjs";

const source = readFileSync(join(repository, "Dockerfile"), "utf8");
const instructions = DockerfileParser.parse(source)
  .getInstructions()
  .map((instruction) => ({ keyword: instruction.getKeyword(), words: instruction.getArgumentsContent() ?? "" }));
const last = (keyword: string) => instructions.findLast((instruction) => instruction.keyword === keyword)?.words ?? "";
const hasDocker = spawnSync("docker", ["info"]).status === 0;

describe("the Dockerfile", () => {
  it("has nothing that the linter warns of", () => {
    expect(validate(source).map(({ message }) => message)).toEqual([]);
  });

  it("runs as an ordinary user from bases of a named version, and stops by the signal that drains", () => {
    const order = instructions.map(({ keyword }) => keyword);
    expect(last("USER")).toBe("node");
    expect(order.lastIndexOf("USER")).toBeGreaterThan(order.lastIndexOf("RUN"));
    for (const { words } of instructions.filter(({ keyword }) => keyword === "FROM")) {
      expect(words).toMatch(/^node:\d+-bookworm-slim( AS \w+)?$/);
    }
    expect(last("STOPSIGNAL")).toBe("SIGTERM");
  });

  it("starts the command with options that it has, and asks for keys", () => {
    const words = JSON.parse(last("ENTRYPOINT")) as string[];
    expect(words.slice(2)).toEqual(["serve", "--host", "0.0.0.0", "--port", last("EXPOSE")]);
    const program = join(repository, "packages/cli/bin/starcast.js");
    const help = execFileSync(process.execPath, [program, "serve", "--help"], { encoding: "utf8" });
    const flags = [...words, ...(JSON.parse(last("CMD")) as string[])].filter((word) => word.startsWith("--"));
    expect(flags).toContain("--keys");
    for (const flag of flags) expect(help).toContain(`${flag} `);
  });

  it("has a health check that fails when the service is not ready", async () => {
    const [, command] = /CMD (\[.*\])$/s.exec(last("HEALTHCHECK")) ?? [];
    const [, ...words] = JSON.parse(command ?? "[]") as string[];
    let status = 200;
    const server = createServer((request, response) =>
      response.writeHead(request.url === "/health/ready" ? status : 404).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const check = words.map((word) => word.replace(":8080/", `:${port}/`));
    const codeOf = () => new Promise((resolve) => spawn(process.execPath, check).on("close", resolve));
    expect(await codeOf()).toBe(0);
    status = 503;
    expect(await codeOf()).toBe(1);
    server.close();
    server.closeAllConnections();
    expect(await codeOf()).toBe(1);
  });

  it.skipIf(!hasDocker)("builds (skipped where Docker is not at hand)", { timeout: 600_000 }, () => {
    execFileSync("docker", ["build", "--quiet", repository]);
  });
});
