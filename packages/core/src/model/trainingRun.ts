import { joinMembers } from "../nn/index.js";
import type { NamedTensor, Network, NetworkConfig, TrainableNetwork } from "../nn/network.js";
import { Random } from "../random.js";
import { buildEmbeddingMatrix } from "../text/index.js";
import type { Engine } from "../training/engine.js";
import type { StopReason } from "../training/fitEvents.js";
import type { FitState } from "../training/fitState.js";
import { takesWideBranch } from "../training/heads.js";
import { type FitOptions, fit } from "../training/loop.js";
import { type PreparedData, truthsOf } from "../training/prepare.js";
import { learnWordVectors } from "../training/pretraining.js";
import { scoreLogits } from "../training/score.js";
import { totalEpochs } from "../training/settings.js";
import { chooseShare, trainWideBranch } from "../training/wideBranch.js";
import { type BaselineResults, trainBaselines } from "./baselines.js";
import { type FinishedMember, type RunState, saveCheckpoint } from "./checkpoint.js";
import { requireReadable } from "./config.js";
import type { PreparedEvent, TrainEvent } from "./events.js";
import { type MemoryPlan, type PlannedNetwork, planMemory } from "./memory.js";
import type { TrainMetrics } from "./metrics.js";
import { modelConfig, type PreparedRun, planNetwork } from "./preparedRun.js";
import { RatingModel } from "./ratingModel.js";
import { datasetCounts, describeRun, evaluateNetwork, vocabularyCounts } from "./results.js";
import { identifyRun, type RunIdentity, requireSameRun } from "./runIdentity.js";

/** Share of a budget after which no step is begun. */
const trainingShare = 0.92;

/** What is settled before the first network is made, beside the data. */
interface RunPlan {
  readonly network: PlannedNetwork;
  readonly memory: MemoryPlan;
  /** What word vectors start the embedding from. */
  readonly matrix?: Float32Array;
  /** What makes a checkpoint this run's; absent when there are none. */
  readonly identity?: RunIdentity;
  readonly resumed?: RunState;
}

/** One training run, from fresh networks to a model. */
export class TrainingRun {
  readonly #engine: Engine;
  readonly #prepared: PreparedRun;
  readonly #plan: RunPlan;
  /** Networks that are to be trained. */
  readonly #memberCount: number;
  /** What the embedding starts from, where that is not random numbers; let go of when the last member has it. */
  #embedding: Float32Array | undefined;

  private constructor(engine: Engine, prepared: PreparedRun, plan: RunPlan) {
    this.#engine = engine;
    this.#prepared = prepared;
    this.#plan = plan;
    this.#memberCount = prepared.settings.members ?? 1;
    this.#embedding = plan.matrix;
  }

  /**
   * Plans the run; no network is made yet.
   *
   * @param resumed where an earlier run of the same data and settings stood.
   * @throws {OptionError} when it is another run's, or the model would be too large to be read. @throws {EngineError}
   *   when memory does not suffice.
   */
  static plan(engine: Engine, prepared: PreparedRun, resumed?: RunState): TrainingRun {
    const { data, settings, vectors, options, recipe } = prepared;
    const matrix = vectors && buildEmbeddingMatrix(data.vocabulary, vectors, new Random(options.seed, "wordVectors"));
    const identity =
      options.checkpoints || resumed
        ? identifyRun({ recipe: recipe.name, seed: options.seed, data, settings, vectors: matrix })
        : undefined;
    if (resumed && identity) requireSameRun(resumed.identity, identity);
    const { members = 1 } = settings;
    requireReadable(modelConfig(prepared, { epochs: 0, keptEpochs: [0], members }));
    const network = planNetwork(prepared);
    const memory = planMemory(engine, network, options.memory);
    return new TrainingRun(engine, prepared, { network, memory, matrix, identity, resumed });
  }

  /** @param started when the run began, by `performance.now()`. */
  async *events(started: number): AsyncGenerator<TrainEvent, void> {
    const { words, data, options } = this.#prepared;
    const { resumed } = this.#plan;
    yield this.#preparedEvent();
    const began = started - 1000 * (resumed?.seconds ?? 0);
    if (resumed) {
      const { finished, fit: state } = resumed;
      const records = [...finished.flatMap((member) => member.records), ...state.records];
      yield { type: "resumed", records, batch: state.progress.batch, seconds: resumed.seconds };
    }
    let baselines: BaselineResults | undefined;
    if (words) {
      baselines = resumed?.baselines ?? (await trainBaselines(words, data, options));
      yield { type: "baselines", baselines };
    }
    const { settings } = this.#prepared;
    // Before the networks, so that a run whose time is over has it all the same.
    const wide = settings.wide && takesWideBranch(data.head) ? await trainWideBranch(data, options) : [];
    const { members, reason } = yield* this.#trainMembers(began, baselines);
    const { model, metrics } = await this.#finish({ members, wide, reason, baselines, began });
    yield { type: "done", model, metrics, reason, parts: data.parts };
  }

  /**
   * Trains one network after another. When the run is stopped, those that are finished are kept, and an unfinished one only
   * when it is alone.
   */
  async *#trainMembers(
    began: number,
    baselines: BaselineResults | undefined,
  ): AsyncGenerator<TrainEvent, { members: FinishedMember[]; reason: StopReason }> {
    const { resumed } = this.#plan;
    const members = [...(resumed?.finished ?? [])];
    let reason: StopReason = "finished";
    let resumeFrom = resumed?.fit;
    const deadline = this.#deadline(began);
    while (members.length < this.#memberCount && reason !== "aborted" && reason !== "outOfTime") {
      // A member that goes on from a checkpoint has its weights.
      if (!resumeFrom) yield* this.#pretrain();
      const network = await this.#createMember(members.length);
      try {
        const result = yield* fit({
          ...this.#fitOptions(network, { members, resumeFrom, began, baselines }),
          deadline,
        });
        resumeFrom = undefined;
        ({ reason } = result);
        if ((reason === "aborted" || reason === "outOfTime") && members.length > 0) break;
        const { records, keptEpoch } = result;
        members.push({ weights: network.stateDict(), records, keptEpoch });
      } finally {
        network.dispose();
      }
    }
    return { members, reason };
  }

  /** Learns the embedding that all members start from, once. */
  async *#pretrain(): AsyncGenerator<TrainEvent, void> {
    const { data, settings, options } = this.#prepared;
    if (!settings.pretraining || this.#embedding) return;
    this.#embedding = yield* learnWordVectors(this.#engine, data, settings, options);
  }

  /** When training has to end, by `performance.now()`, so that there is time left for the result. */
  #deadline(began: number): number | undefined {
    const { budgetSeconds } = this.#prepared.options;
    return budgetSeconds === undefined ? undefined : began + 1000 * trainingShare * budgetSeconds;
  }

  /** A fresh network. @param index of the member, from 0. */
  async #createMember(index: number): Promise<TrainableNetwork> {
    const { config, trainer, options } = this.#plan.network;
    const network = await this.#engine.createTrainableNetwork(config, trainer, {
      ...options,
      seed: this.#seedOf(index),
    });
    if (this.#embedding) startEmbedding(network, this.#embedding);
    if (index + 1 === this.#memberCount) this.#embedding = undefined;
    return network;
  }

  /** The first member has the run's own seed: a run of one member is the first of a run of more. */
  #seedOf(index: number): number {
    const { seed } = this.#prepared.options;
    return index === 0 ? seed : new Random(seed, `member ${index + 1}`).uint32();
  }

  #fitOptions(
    network: TrainableNetwork,
    run: {
      readonly members: readonly FinishedMember[];
      readonly resumeFrom?: FitState;
      readonly began: number;
      readonly baselines?: BaselineResults;
    },
  ): FitOptions {
    const { options, data, settings } = this.#prepared;
    const { checkpoints, signal } = options;
    const { resumeFrom, began, baselines } = run;
    const finished = [...run.members];
    const count = this.#memberCount;
    return {
      network,
      data,
      settings,
      seed: this.#seedOf(finished.length),
      ...(count > 1 && { member: { number: finished.length + 1, count } }),
      earlierEpochs: epochsOf(finished),
      signal,
      resumeFrom,
      checkpoints: checkpoints && {
        everySeconds: checkpoints.everySeconds ?? 60,
        save: (state) => {
          const run: RunState = {
            identity: this.#plan.identity ?? {},
            plannedEpochs: this.#plannedEpochs,
            seconds: (performance.now() - began) / 1000,
            baselines,
            finished,
            fit: state,
          };
          return saveCheckpoint(run, (checkpoint) => checkpoints.save(checkpoint));
        },
      },
      scoreValidation: () => {
        const logits = network.forward({ texts: data.texts, rows: data.parts.validation });
        return scoreLogits(logits, truthsOf(data, data.parts.validation), data);
      },
    };
  }

  get #plannedEpochs(): number {
    return this.#memberCount * totalEpochs(this.#prepared.settings);
  }

  #preparedEvent(): PreparedEvent {
    const { recipe, data, vectors, settings } = this.#prepared;
    return {
      type: "prepared",
      dataset: datasetCounts(data),
      vocabulary: vocabularyCounts(data),
      vectors: vectors?.coverage,
      scale: data.scale,
      recipe: recipe.name,
      settings,
      parameterCount: this.#parameterCount(this.#memberCount),
      plannedEpochs: this.#plannedEpochs,
      memory: this.#plan.memory,
    };
  }

  /** Trained numbers of so many networks. */
  #parameterCount(members: number): number {
    const config: NetworkConfig = { ...this.#plan.network.config, members };
    const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
    return this.#engine.parameterShapes(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  async #finish(run: {
    readonly members: readonly FinishedMember[];
    /** Parameters of the linear branch; empty when there is none. */
    readonly wide: readonly NamedTensor[];
    readonly reason: StopReason;
    readonly baselines?: BaselineResults;
    readonly began: number;
  }): Promise<{ model: RatingModel; metrics: TrainMetrics }> {
    const { members, wide, reason, baselines, began } = run;
    const prepared = this.#prepared;
    const keptEpochs = members.map(({ keptEpoch }) => keptEpoch);
    const config = modelConfig(prepared, {
      epochs: epochsOf(members),
      keptEpochs,
      members: members.length,
      wide: wide.length === 0 ? undefined : { pairs: pairsOf(wide) },
    });
    const network = await this.#engine.createNetwork(config.network, config);
    const deep = joinMembers(members.map(({ weights }) => weights));
    network.loadStateDict([...deep, ...wide]);
    if (wide.length > 0) mixWide(network, prepared.data, { deep, wide });
    const choseEpoch = prepared.settings.earlyStopping !== undefined || reason === "aborted" || reason === "outOfTime";
    const results = evaluateNetwork(network, prepared, { choseEpoch });
    const { fitted } = results;
    const metrics = describeRun(prepared, results, {
      epochs: members.flatMap(({ records }) => records),
      keptEpochs,
      reason,
      parameterCount: this.#parameterCount(members.length),
      seconds: (performance.now() - began) / 1000,
      baselines,
    });
    const { vocabulary } = prepared.data;
    const { training, ...rest } = config;
    const calibrated = { ...rest, ...(fitted && { calibration: fitted }), training };
    return { model: new RatingModel({ config: calibrated, vocabulary, network, metrics }), metrics };
  }
}

function pairsOf(wide: readonly NamedTensor[]): number {
  return wide.find(({ name }) => name === "wide.pair_scale")?.data.length ?? 0;
}

/** Finds the share of the linear branch on the validation part, and gives it to the network. */
function mixWide(
  network: Network,
  data: PreparedData,
  { deep, wide }: { readonly deep: readonly NamedTensor[]; readonly wide: readonly NamedTensor[] },
): void {
  const batch = { texts: data.texts, rows: data.parts.validation };
  const withShare = (share: number): NamedTensor[] => [
    ...deep,
    ...wide.map((tensor) => (tensor.name === "wide.share" ? { ...tensor, data: Float32Array.of(share) } : tensor)),
  ];
  const ofNetworks = network.forward(batch);
  network.loadStateDict(withShare(1));
  const ofBranch = network.forward(batch);
  const share = chooseShare({ deep: ofNetworks, wide: ofBranch }, truthsOf(data, data.parts.validation), data);
  network.loadStateDict(withShare(share));
}

function epochsOf(members: readonly FinishedMember[]): number {
  return members.reduce((sum, { records }) => sum + records.length, 0);
}

function startEmbedding(network: TrainableNetwork, matrix: Float32Array): void {
  const tensors = network.stateViews();
  network.loadStateDict(
    tensors.map((tensor) => (tensor.name === "embeddings.weight" ? { ...tensor, data: matrix } : tensor)),
  );
}
