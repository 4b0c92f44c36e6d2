/** A run that has to end by a time: how long its training would take, and what fits. */
import { FormatError } from "../errors.js";
import { Random } from "../random.js";
import { fitRounds } from "../recipes/resolve.js";
import { listOf, parseJson, type Read, readRecord } from "../storage/index.js";
import { countIds, planEpoch } from "../training/batches.js";
import type { Engine } from "../training/engine.js";
import { measurePass } from "../training/pretraining.js";
import { type Round, type TrainingSettings, totalEpochs } from "../training/settings.js";
import type { RunState } from "./checkpoint.js";
import type { PlannedNetwork } from "./memory.js";
import { type PreparedRun, planNetwork } from "./preparedRun.js";
import type { RunIdentity } from "./runIdentity.js";

/** Share of the time that is kept for the baselines, for rating the held-back rows and for writing. */
const reservedShare = 0.2;
/** Share of the time that measuring the speed may take, and the most seconds. */
const probeShare = 0.05;
const mostProbeSeconds = 2;
/** Networks beyond this many add hardly anything. */
const mostMembers = 8;
/** Share of the time that word vectors may take to learn. */
const pretrainingShare = 0.15;
/** A one-cycle run of a single epoch has hardly begun. */
const fewestEpochs = 2;
/** The network for where the recipe's own is too slow: about a quarter of the arithmetic. */
const smallNetwork = { embeddingSize: 64, hiddenSize: 32 };

/**
 * The run with settings that fit its budget, or as it is when it has none. A run that goes on keeps the settings that it
 * was started with.
 *
 * @param run.started when it began, by `performance.now()`.
 * @throws {FormatError} for a checkpoint whose settings cannot be read.
 */
export async function settleBudget(
  engine: Engine,
  prepared: PreparedRun,
  run: { readonly started: number; readonly resumed?: RunState },
): Promise<PreparedRun> {
  const { budgetSeconds } = prepared.options;
  if (budgetSeconds === undefined) return prepared;
  if (run.resumed) return { ...prepared, settings: settingsOfRun(run.resumed.identity, prepared.settings) };
  const speedOf = (settings: TrainingSettings): Promise<Speed> => {
    const changed = { ...prepared, settings };
    return measureSpeed(engine, changed, planNetwork(changed), probeSeconds(budgetSeconds));
  };
  const pretrained = fitPretraining(engine, prepared, budgetSeconds);
  const secondsLeft = budgetSeconds - (performance.now() - run.started) / 1000 - pretrained.seconds;
  return { ...prepared, settings: await fitBudget(pretrained.settings, speedOf, secondsLeft) };
}

/** As many passes over the texts as there is time for, at most those of the settings; without any, the embedding starts from chance. */
function fitPretraining(
  engine: Engine,
  { data, settings }: PreparedRun,
  budgetSeconds: number,
): { readonly settings: TrainingSettings; readonly seconds: number } {
  const { pretraining, ...others } = settings;
  if (!pretraining) return { settings, seconds: 0 };
  const secondsPerPass = measurePass(engine, data, settings, probeSeconds(budgetSeconds) / 4);
  const passes = Math.min(Math.floor((pretrainingShare * budgetSeconds) / secondsPerPass), pretraining.passes);
  if (passes < 1) return { settings: others, seconds: 0 };
  return { settings: { ...settings, pretraining: { ...pretraining, passes } }, seconds: passes * secondsPerPass };
}

/** The settings that a budget decided when the run was started. */
function settingsOfRun(identity: RunIdentity, settings: TrainingSettings): TrainingSettings {
  const number = (name: string): number => {
    const value = Number(identity[name]);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new FormatError("bad-value", `The checkpoint does not tell ${name} as a whole number from 1.`);
  };
  const rounds = readRounds(identity.rounds);
  const network = {
    ...settings.network,
    embeddingSize: number("network.embeddingSize"),
    hiddenSize: number("network.hiddenSize"),
  };
  const { pretraining, ...others } = settings;
  return {
    ...others,
    members: number("members"),
    rounds,
    network,
    ...(pretraining &&
      "pretraining.passes" in identity && { pretraining: { ...pretraining, passes: number("pretraining.passes") } }),
  };
}

function readRounds(text: string | undefined): readonly Round[] {
  const place = "The checkpoint";
  const bytes = new TextEncoder().encode(text ?? "[]");
  const read: Read<Round> = (value, where) => {
    const record = readRecord(value, where);
    return {
      epochs: record.integer("epochs", { min: 1, max: 1_000_000 }),
      learningRate: record.number("learningRate", { min: Number.MIN_VALUE, max: 1e6 }),
    };
  };
  return listOf(read, { minLength: 1, maxLength: 1000 })(parseJson(bytes, place, { maxBytes: bytes.length }), {
    fileName: place,
    path: "rounds",
  });
}

/** What a run of some settings costs. */
interface Speed {
  /** Of one epoch of one member. */
  readonly secondsPerEpoch: number;
}

/**
 * Measures the speed of training on batches of the run's own rows, with a network that is thrown away.
 *
 * @param seconds most time that it may take; at least one step is done.
 */
async function measureSpeed(
  engine: Engine,
  { data, settings }: PreparedRun,
  planned: PlannedNetwork,
  seconds: number,
): Promise<Speed> {
  const random = new Random(planned.options.seed, "speed");
  const batches = planEpoch(data.texts, data.parts.train, { ...settings, random });
  const network = await engine.createTrainableNetwork(planned.config, planned.trainer, planned.options);
  try {
    let ids = 0;
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    for (const rows of batches) {
      const targets = Float32Array.from(rows, (row) => data.targets[row]);
      network.trainStep({ texts: data.texts, rows }, targets, 1e-6);
      ids += countIds(data.texts, rows);
      if (elapsed() >= seconds) break;
    }
    return { secondsPerEpoch: (elapsed() / ids) * countIds(data.texts, data.parts.train) };
  } finally {
    network.dispose();
  }
}

/** Seconds that may go into {@link measureSpeed}. */
function probeSeconds(budgetSeconds: number): number {
  return Math.min(probeShare * budgetSeconds, mostProbeSeconds);
}

/**
 * The settings that fit: as many members as there is time for; when there is not enough for one, fewer epochs; when there
 * is not enough for two epochs, a smaller network.
 *
 * @param speedOf the speed of some settings. @param secondsLeft of the whole budget.
 */
export async function fitBudget(
  settings: TrainingSettings,
  speedOf: (settings: TrainingSettings) => Promise<Speed>,
  secondsLeft: number,
): Promise<TrainingSettings> {
  const usable = Math.max(secondsLeft, 0) * (1 - reservedShare);
  const { secondsPerEpoch } = await speedOf(settings);
  const epochs = totalEpochs(settings);
  const members = Math.floor(usable / (epochs * secondsPerEpoch));
  if (members >= 1) return { ...settings, members: Math.min(members, mostMembers) };
  const fitting = Math.floor(usable / secondsPerEpoch);
  if (fitting >= fewestEpochs) return { ...settings, members: 1, rounds: fitRounds(settings.rounds, fitting) };
  const small = { ...settings, members: 1, network: { ...settings.network, ...smallNetwork } };
  const quicker = await speedOf(small);
  const possible = Math.max(Math.floor(usable / quicker.secondsPerEpoch), 1);
  return { ...small, rounds: fitRounds(settings.rounds, Math.min(possible, epochs)) };
}
