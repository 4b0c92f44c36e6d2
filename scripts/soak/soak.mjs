/**
 * Mixed load for a long time, while the model is replaced by another version again and again: every answer is compared with the
 * library's, and memory is watched.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { answersOf, replaceModel, sampleTexts, versions } from "./models.mjs";
import { ask, newAgent, pause, percentile, predict, residentMemory, startService, withFolder } from "./service.mjs";

const model = "stars";
const textCount = 400;
/** Times in a run that the service is made to collect its garbage. */
const collections = 20;

/** @returns what was seen; throws nothing that the service did wrong, but counts it. */
export function soak({ minutes, swapSeconds = 30, connections = 16, rate = 200, models = [], log = () => {} }) {
  return withFolder(async (folder) => {
    const paths = await versions(folder, models, 3);
    const served = join(folder, model);
    await cp(paths[0], served, { recursive: true });
    const texts = await sampleTexts(textCount);
    const expected = [];
    for (const path of paths) expected.push(await answersOf(path, texts));
    const service = await startService([served], { canCollect: true });
    const seen = { requests: 0, texts: 0, swaps: 0, refused: 0, late: 0, lost: [], wrong: [], byKind: {} };
    const known = new Map();
    const end = performance.now() + minutes * 60_000;
    const context = {
      service,
      seen,
      known,
      expected,
      texts,
      log,
      minutes,
      turn: turnsOf(rate),
      isOver: () => performance.now() > end,
    };
    const workers = Array.from({ length: connections }, (_, index) => work(context, index));
    const swapping = swap(context, { served, paths, swapSeconds, log });
    const memory = await watchMemory(context, log);
    await Promise.all([...workers, swapping]);
    const exitCode = await service.stop();
    return { ...seen, memory, exitCode, log: service.log() };
  });
}

const kinds = { single, list, stream, explain, look };
/** How often each kind of request is sent: one letter a request, in turn. */
const mixture = [
  "single",
  "single",
  "single",
  "list",
  "single",
  "stream",
  "single",
  "single",
  "look",
  "single",
  "explain",
];

async function work(context, index) {
  const agent = newAgent(1);
  for (let turn = index; !context.isOver(); turn++) {
    const kind = mixture[turn % mixture.length];
    await context.turn();
    try {
      await kinds[kind](context, (turn * 31 + index * 7) % textCount, agent);
      context.seen.byKind[kind] = (context.seen.byKind[kind] ?? 0) + 1;
    } catch (error) {
      context.seen.lost.push(`${kind}: ${error.message}`);
      context.log(`lost: ${kind}: ${error.message}`);
    }
    context.seen.requests++;
  }
  agent.destroy();
}

/** A function that waits until the next request may be sent: turns lie evenly in time, and none is made up for. */
function turnsOf(rate) {
  let next = 0;
  return async () => {
    const now = performance.now();
    const own = Math.max(next, now);
    next = own + 1000 / rate;
    if (own > now) await pause(own - now);
  };
}

async function single(context, at, agent) {
  const { status, body } = await predict(context.service.url, model, { text: context.texts[at] }, agent);
  if (isRefused(context, status)) return;
  const { version, prediction } = JSON.parse(body);
  compare(context, version, at, prediction);
}

async function list(context, at, agent) {
  const some = Array.from({ length: 40 }, (_, index) => (at + index) % textCount);
  const { status, body } = await predict(
    context.service.url,
    model,
    { texts: some.map((index) => context.texts[index]) },
    agent,
  );
  if (isRefused(context, status)) return;
  const { version, predictions } = JSON.parse(body);
  for (const [position, index] of some.entries()) compare(context, version, index, predictions[position]);
}

async function stream(context, at, agent) {
  const some = Array.from({ length: 150 }, (_, index) => (at + index) % textCount);
  const { status, body } = await ask(context.service.url, {
    method: "POST",
    path: `/v1/models/${model}/predict`,
    headers: { "content-type": "application/x-ndjson" },
    body: some.map((index) => JSON.stringify(context.texts[index])).join("\n"),
    agent,
  });
  if (status !== 200) throw new Error(`status ${status}`);
  const lines = body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  if (lines.length !== some.length) throw new Error(`${lines.length} lines for ${some.length}`);
  for (const [position, index] of some.entries()) {
    const { version, prediction, error } = lines[position];
    if (error === undefined) compare(context, version, index, prediction);
    else if (error.code === "timeout") context.seen.late++;
    else throw new Error(`line ${position + 1}: ${error.code}`);
  }
}

async function explain(context, at, agent) {
  const { status, body } = await predict(context.service.url, model, { text: context.texts[at], explain: true }, agent);
  if (isRefused(context, status)) return;
  const { version, prediction } = JSON.parse(body);
  const { explanation, ...own } = prediction;
  compare(context, version, at, own);
  const sum = explanation.words.reduce((total, { effect }) => total + effect, explanation.baseline);
  if (Math.abs(sum - explanation.value) > 0.1) context.seen.wrong.push(`explanation of text ${at}`);
}

async function look(context, _at, agent) {
  for (const path of ["/health/ready", "/v1/models", `/v1/models/${model}`, "/metrics"]) {
    const { status } = await ask(context.service.url, { path, agent });
    if (status !== 200) throw new Error(`${path}: status ${status}`);
  }
}

/** 429 and 504 are answers too, where there is more to do than can be done. */
function isRefused({ seen }, status) {
  if (status === 200) return false;
  if (status === 504) {
    seen.late++;
    return true;
  }
  if (status !== 429) throw new Error(`status ${status}`);
  seen.refused++;
  return true;
}

/** The answer has to be that of the library to this text, of the version that it names. */
function compare({ seen, known, expected }, version, at, prediction) {
  seen.texts++;
  const given = JSON.stringify(prediction);
  const candidates = known.get(version) ?? expected.keys().toArray?.() ?? [...expected.keys()];
  const fitting = candidates.filter((index) => expected[index][at] === given);
  if (fitting.length === 0) seen.wrong.push(`version ${version}, text ${at}`);
  else known.set(version, fitting);
}

async function swap({ service, seen, isOver }, { served, paths, swapSeconds, log }) {
  for (let next = 1; ; next++) {
    for (let waited = 0; waited < swapSeconds && !isOver(); waited += 0.5) await pause(500);
    if (isOver()) return;
    const before = await versionOf(service.url);
    await replaceModel(served, paths[next % paths.length]);
    const since = performance.now();
    while ((await versionOf(service.url)) === before) {
      if (performance.now() - since > 60_000) {
        seen.lost.push("a swap did not happen within a minute");
        break;
      }
      await pause(100);
    }
    seen.swaps++;
    log(`swap ${seen.swaps}: ${((performance.now() - since) / 1000).toFixed(1)} s after the files were there`);
  }
}

async function versionOf(url) {
  return JSON.parse((await ask(url, { path: "/v1/models" })).body).models[0].version;
}

/** Resident memory each second, and, `collections` times, what is kept when all garbage was collected. */
async function watchMemory({ service, seen, minutes, isOver }, log) {
  const resident = [];
  const kept = [];
  const began = performance.now();
  let told = 0;
  while (!isOver()) {
    const second = (performance.now() - began) / 1000;
    resident.push({ second, bytes: await residentMemory(service.url) });
    if (second >= ((kept.length + 1) * minutes * 60) / collections) {
      kept.push({ second, bytes: await service.keptMemory() });
    }
    if (second - told >= 30) {
      told = second;
      log(
        `${second.toFixed(0)} s: ${seen.requests} requests, ${seen.lost.length} lost, ${seen.wrong.length} wrong, ${megabytes(resident)} resident, ${megabytes(kept)} kept`,
      );
    }
    await pause(1000);
  }
  return { resident: judgeMemory(resident, minutes, 0.95), kept: judgeMemory(kept, minutes, 0.5) };
}

function megabytes(samples) {
  return samples.length === 0 ? "?" : `${(samples.at(-1).bytes / 2 ** 20).toFixed(0)} MiB`;
}

/**
 * A percentile of the first half and of the second one, after a warm-up (a minute, or a third of a shorter run). What is
 * resident goes up and down by a sixth in waves of minutes, so that the medians of shorter times would compare places on them.
 */
function judgeMemory(samples, minutes, share) {
  const warm = Math.min(60, minutes * 20);
  const middle = (warm + minutes * 60) / 2;
  const within = (from, to) =>
    percentile(
      samples.filter(({ second }) => second >= from && second < to).map(({ bytes }) => bytes),
      share,
    );
  const [first, last] = [within(warm, middle), within(middle, Number.POSITIVE_INFINITY)];
  return { first, last, growth: last / first - 1, peak: Math.max(...samples.map(({ bytes }) => bytes)) };
}
