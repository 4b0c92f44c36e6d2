import { OptionError } from "../errors.js";
import { type Head, heads } from "../training/heads.js";
import { type Round, type TrainingSettings, totalEpochs } from "../training/settings.js";
import { fixed, glove, regression, variable } from "./article.js";
import { best } from "./best.js";
import type { HeldBack, MemberRange, PassRange, Recipe, RecipeName } from "./recipe.js";

/** All recipes by name, in the order in which they are shown to people. */
export const recipes: Readonly<Record<RecipeName, Recipe>> = { fixed, variable, glove, regression, best };

/** What a caller may change in a recipe without writing one. */
export interface SettingsOverrides {
  /** Epochs in total: see {@link fitRounds}. */
  readonly epochs?: number;
  readonly batchSize?: number;
  /** Learning rate of the first round; the other rounds keep their ratio to it. */
  readonly learningRate?: number;
  readonly maxLength?: number;
  /** Most words that are kept, the most frequent ones. */
  readonly vocabularySize?: number;
  readonly head?: Head;
  /** Networks that answer together. */
  readonly members?: number;
}

/**
 * The recipe of that name, or the caller's own recipe after a check of its numbers.
 *
 * @throws {OptionError} for an unknown name or a setting out of range.
 */
export function findRecipe(recipe: string | Recipe): Recipe {
  if (typeof recipe !== "string") {
    checkSettings(recipe);
    return recipe;
  }
  if (Object.hasOwn(recipes, recipe)) return recipes[recipe as RecipeName];
  throw new OptionError(
    "unknown-recipe",
    `There is no recipe "${recipe}"; choose one of ${Object.keys(recipes).join(", ")}.`,
  );
}

/**
 * The settings to train with: the recipe, its epochs adapted to the number of training rows where the recipe asks
 * for that, then the caller's own values, which always win.
 *
 * @param unlabelled texts without a rating that words are learned from too.
 * @throws {OptionError} when a value is out of range.
 */
export function resolveSettings(
  recipe: Recipe,
  overrides: SettingsOverrides = {},
  trainingRows: number,
  unlabelled = 0,
): TrainingSettings {
  const { name: _name, description: _description, heldBack: _heldBack, ...others } = recipe;
  const { epochRange, memberRange, passRange, ...written } = others;
  const { epochs, learningRate, vocabularySize } = overrides;
  const sized: TrainingSettings = {
    ...written,
    batchSize: overrides.batchSize ?? written.batchSize,
    maxLength: overrides.maxLength ?? written.maxLength,
    head: overrides.head ?? written.head,
    members: overrides.members ?? (memberRange ? adaptMembers(trainingRows, memberRange) : written.members),
    vocabulary: vocabularySize === undefined ? written.vocabulary : { ...written.vocabulary, maxSize: vocabularySize },
  };
  check("epochs", epochs, count);
  check("learningRate", learningRate, positive);
  const steps = Math.ceil(trainingRows / sized.batchSize);
  const planned = epochs ?? (epochRange ? adaptEpochs(totalEpochs(sized), steps, epochRange) : undefined);
  let rounds = planned === undefined ? sized.rounds : fitRounds(sized.rounds, planned);
  if (learningRate !== undefined) {
    const factor = learningRate / rounds[0].learningRate;
    rounds = rounds.map((round, index) => ({
      ...round,
      learningRate: index === 0 ? learningRate : round.learningRate * factor,
    }));
  }
  const { pretraining } = sized;
  const passes = pretraining && passRange && adaptPasses(trainingRows + unlabelled, pretraining.passes, passRange);
  const settings = { ...sized, rounds, ...(passes && { pretraining: { ...pretraining, passes } }) };
  checkSettings(settings);
  return settings;
}

/** How rows are divided: as the caller says, else as the recipe does, else 0.1 for validation and 0.2 for the test. */
export function heldBackFor({ heldBack = {} }: Recipe, given: Partial<HeldBack> = {}): HeldBack {
  return {
    validationFraction: given.validationFraction ?? heldBack.validationFraction ?? 0.1,
    testFraction: given.testFraction ?? heldBack.testFraction ?? 0.2,
    keepDuplicates: given.keepDuplicates ?? heldBack.keepDuplicates ?? false,
  };
}

/**
 * How many epochs data of this size gets: as many as written, but more where that would be fewer than `minSteps`
 * optimisation steps (a network learns in steps, and 500 rows make only a handful an epoch), and fewer where it
 * would be more than `maxSteps`; never outside `fewestEpochs` and `mostEpochs`.
 *
 * @param written epochs of the recipe. @param stepsPerEpoch batches of one pass over the training part.
 */
export function adaptEpochs(written: number, stepsPerEpoch: number, range: NonNullable<Recipe["epochRange"]>): number {
  const enough = Math.min(Math.ceil(range.minSteps / stepsPerEpoch), range.mostEpochs);
  const affordable = Math.max(Math.floor(range.maxSteps / stepsPerEpoch), range.fewestEpochs);
  return Math.min(Math.max(written, enough), affordable);
}

/**
 * How many networks data of this size gets: little data is learnt quickly, and many networks do the most for it; much data
 * leaves less to chance, and a single network takes long enough.
 */
export function adaptMembers(trainingRows: number, { rows, mostMembers }: MemberRange): number {
  return Math.min(Math.max(Math.floor(rows / trainingRows), 1), mostMembers);
}

/**
 * How often words are learned from so many texts: as often as written, but less often where that would read more than
 * `texts`, and once at least. A pass takes as long as it has words to read, and with many each is met often enough.
 */
export function adaptPasses(count: number, written: number, { texts }: PassRange): number {
  return Math.min(Math.max(Math.floor(texts / count), 1), written);
}

/**
 * Rounds of `epochs` epochs in total: the first epochs of the recipe as written, and when more are asked for than
 * it has, a longer last round. So 45 epochs of 3 x 30 are 30 at the first rate and 15 at the second.
 */
export function fitRounds(rounds: readonly Round[], epochs: number): Round[] {
  const fitted: Round[] = [];
  let left = epochs;
  for (const [index, round] of rounds.entries()) {
    if (left <= 0) break;
    const last = index === rounds.length - 1;
    const count = last ? left : Math.min(left, round.epochs);
    fitted.push({ ...round, epochs: count });
    left -= count;
  }
  return fitted;
}

interface Rule {
  readonly wanted: string;
  accepts(value: number): boolean;
}
const count: Rule = {
  wanted: "a whole number of at least 1",
  accepts: (value) => Number.isInteger(value) && value >= 1,
};
const positive: Rule = { wanted: "a number above 0", accepts: (value) => Number.isFinite(value) && value > 0 };
const share: Rule = { wanted: "at least 0 and below 1", accepts: (value) => value >= 0 && value < 1 };

function check(name: string, value: number | undefined, rule: Rule): void {
  if (value === undefined || rule.accepts(value)) return;
  throw new OptionError("bad-setting", `${name} must be ${rule.wanted}, but it is ${value}.`);
}

function checkSettings(settings: TrainingSettings): void {
  const { network, rounds } = settings;
  check("batchSize", settings.batchSize, count);
  check("members", settings.members, count);
  check("embeddingDeviation", settings.embeddingDeviation, positive);
  check("pretraining.passes", settings.pretraining?.passes, count);
  check("pretraining.window", settings.pretraining?.window, count);
  if (!heads.includes(settings.head)) {
    throw new OptionError("bad-setting", `There is no head "${settings.head}"; choose one of ${heads.join(", ")}.`);
  }
  check("maxLength", settings.maxLength, count);
  check("embeddingSize", network.embeddingSize, count);
  check("hiddenSize", network.hiddenSize, count);
  check("numLayers", network.numLayers, count);
  check("vocabulary.minCount", settings.vocabulary.minCount, count);
  check("vocabulary.maxSize", settings.vocabulary.maxSize, count);
  check("embeddingDropout", settings.embeddingDropout, share);
  check("wordDropout", settings.wordDropout, share);
  check("outputDropout", settings.outputDropout, share);
  check("maxGradientNorm", settings.maxGradientNorm, positive);
  check("earlyStopping.patience", settings.earlyStopping?.patience, count);
  if (rounds.length === 0) throw new OptionError("bad-setting", "A recipe needs at least one round of epochs.");
  for (const round of rounds) {
    check("epochs", round.epochs, count);
    check("learningRate", round.learningRate, positive);
  }
}
