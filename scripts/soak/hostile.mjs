/**
 * Requests that no friend sends, made from the service's own OpenAPI document: each gets the 4xx that it deserves, and the
 * service answers as before.
 */
import { connect } from "node:net";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { hostileCase } from "./hostileCases.mjs";
import { loadLibrary, versions } from "./models.mjs";
import { ask, pause, predict, residentMemory, startService, withFolder } from "./service.mjs";

const model = "version-1";
/** Milliseconds within which every answer comes. */
const patience = 20_000;
const atOnce = 8;
/** Milliseconds that an answer may take before a request must be one that is not whole. */
const unhurried = 2_000;

/** @returns how many requests got which status, and those that got a wrong one, each with what repeats it. */
export function sendHostile({ requests, seed = 1, from = 0, models = [], log = () => {} }) {
  return withFolder(async (folder) => {
    const [path] = await versions(folder, models, 1);
    const service = await startService([`${model}=${path}`]);
    const { Random } = await loadLibrary();
    const document = JSON.parse((await ask(service.url, { path: "/openapi.json" })).body);
    const tools = { document, model, isValid: validatorOf(document) };
    const seen = { requests: 0, statuses: {}, wrong: [], memory: { before: await residentMemory(service.url) } };
    let next = from;
    const worker = async () => {
      while (next < from + requests) {
        const number = next++;
        const hostile = hostileCase(new Random(seed, `hostile ${number}`), tools);
        const status = await send(service.url, hostile);
        seen.requests++;
        seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
        if (!hostile.allowed.includes(status)) {
          seen.wrong.push(
            `--seed ${seed} --from ${number} --requests 1: ${hostile.title} got ${status}, not ${hostile.allowed.join(" or ")}`,
          );
        }
        if (seen.requests % 2000 === 0) log(`${seen.requests} requests, ${seen.wrong.length} wrong`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const after = await predict(service.url, model, { text: "a good one" });
    seen.memory.after = await residentMemory(service.url);
    return { ...seen, answersAfterwards: after.status === 200, exitCode: await service.stop() };
  });
}

/** Whether a body is right by the document's schema of requests. */
function validatorOf(document) {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "document", ...document });
  return ajv.compile({ $ref: "document#/components/schemas/PredictRequest" });
}

/** Sends bytes as they are. @returns the status; "cut" when the connection ended without one, "silent" when nothing came. */
function send(url, { bytes, repeat = 0, chunk }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = "";
    const end = (result) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end("silent"), patience);
    const statusOf = () => {
      const found = /^HTTP\/1\.1 (\d{3})/.exec(answer);
      return found ? Number(found[1]) : "cut";
    };
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.on("error", () => end(statusOf()));
    socket.on("close", () => end(statusOf()));
    socket.on("end", () => end(statusOf()));
    const write = async () => {
      socket.write(bytes);
      for (let sent = 0; sent < repeat && socket.writable && answer === ""; sent++) {
        if (!socket.write(chunk)) await new Promise((drained) => socket.once("drain", drained).once("close", drained));
      }
      // What is not whole is never answered: the end of the sending tells. Sooner, it would cut answers under way.
      setTimeout(() => socket.end(), unhurried).unref();
    };
    socket.on("connect", () => void write());
  });
}

/**
 * Clients that send their requests byte by byte, and others that do not read: they are cut, and nobody else waits for them.
 *
 * @returns seconds until the last one was cut, and the slowest answer to a good request meanwhile.
 */
export function slowLoris({ connections = 50, models = [] } = {}) {
  return withFolder(async (folder) => {
    const [path] = await versions(folder, models, 1);
    const service = await startService([`${model}=${path}`]);
    const { hostname, port } = new URL(service.url);
    const began = performance.now();
    const heads = [
      "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ",
      `POST /v1/models/${model}/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"text":"`,
      "",
    ];
    const cut = Array.from({ length: connections }, (_, index) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on("error", () => {});
      socket.resume();
      socket.write(heads[index % heads.length]);
      const drip = setInterval(() => {
        if (index % heads.length !== 2) socket.write("x");
      }, 500);
      return new Promise((resolve) => {
        socket.on("close", () => {
          clearInterval(drip);
          resolve((performance.now() - began) / 1000);
        });
      });
    });
    let isOver = false;
    let slowest = 0;
    const asking = (async () => {
      while (!isOver) {
        const since = performance.now();
        const { status } = await predict(service.url, model, { text: "good" });
        if (status !== 200) throw new Error(`status ${status}`);
        slowest = Math.max(slowest, performance.now() - since);
        await pause(100);
      }
    })();
    const seconds = await Promise.all(cut);
    isOver = true;
    await asking;
    return { connections, lastCutAfter: Math.max(...seconds), slowestAnswer: slowest, exitCode: await service.stop() };
  });
}
