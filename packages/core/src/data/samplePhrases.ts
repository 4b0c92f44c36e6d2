import type { Random } from "../random.js";
import { blame, commonAspects, degrees, events, praise, type products, type Quality } from "./sampleWords.js";

/** A piece of a review and what it says: its value in stars, counted from 3. */
export interface Clause {
  readonly text: string;
  readonly value: number;
}

type Product = (typeof products)[number];

/** One element, each equally likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)];
}

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** Ways to turn a quality round over a distance that no pair of words spans; `factor` multiplies its value. */
const reversals: readonly { readonly text: (aspect: string, word: string) => string; readonly factor: number }[] = [
  { text: (aspect, word) => `nothing about the ${aspect} was ${word}`, factor: -0.85 },
  { text: (aspect, word) => `I would not say that the ${aspect} is in any way ${word}`, factor: -0.7 },
  { text: (aspect, word) => `nobody in our house finds that the ${aspect} is ${word}`, factor: -0.75 },
  { text: (aspect, word) => `I expected the ${aspect} to be ${word}, yet I was wrong`, factor: -0.85 },
  { text: (aspect, word) => `I had read that the ${aspect} was ${word}, which is simply not true`, factor: -0.85 },
  { text: (aspect, word) => `the ${aspect} is far from being ${word}`, factor: -0.7 },
  { text: (aspect, word) => `the ${aspect} is anything but ${word}`, factor: -0.85 },
  { text: (aspect, word) => `whoever says that the ${aspect} is ${word} has never tried it`, factor: -0.85 },
  { text: (aspect, word) => `at no point did I think that the ${aspect} was ${word}`, factor: -0.75 },
];

/** Frames that look like the reversals and leave the quality as it is, so that the frame alone tells nothing. */
const affirmations: readonly { readonly text: (aspect: string, word: string) => string; readonly factor: number }[] = [
  { text: (aspect, word) => `everything about the ${aspect} was ${word}`, factor: 1.1 },
  { text: (aspect, word) => `I would say that the ${aspect} is in every way ${word}`, factor: 1.1 },
  { text: (aspect, word) => `everybody in our house finds that the ${aspect} is ${word}`, factor: 1 },
  { text: (aspect, word) => `I expected the ${aspect} to be ${word}, and I was right`, factor: 1 },
  { text: (aspect, word) => `I had read that the ${aspect} was ${word}, which is simply true`, factor: 1 },
  { text: (aspect, word) => `nobody can deny that the ${aspect} is ${word}`, factor: 1 },
  { text: (aspect, word) => `whoever says that the ${aspect} is ${word} has my vote`, factor: 1 },
  { text: (aspect, word) => `there is no doubt that the ${aspect} is ${word}`, factor: 1 },
];

const plainFrames: readonly ((aspect: string, word: string) => string)[] = [
  (aspect, word) => `the ${aspect} is ${word}`,
  (aspect, word) => `the ${aspect} was ${word}`,
  (aspect, word) => `I find the ${aspect} ${word}`,
  (aspect, word) => `the ${aspect} seems ${word} to me`,
];

/** A clause that means something good, or something bad. */
export function clause(random: Random, product: Product, options: { readonly good: boolean }): Clause {
  const { good } = options;
  const aspect = pick(random, chance(random, 0.75) ? product.aspects : commonAspects);
  const quality = (positive: boolean): Quality => pick(random, positive ? praise : blame);
  const draw = random.uniform();
  if (draw < 0.4) return graded(random, aspect, quality(good));
  if (draw < 0.5)
    return pick(
      random,
      events.filter(({ value }) => value > 0 === good),
    );
  if (draw < 0.6) return nearbyNegation(random, aspect, quality(!good));
  const frames = draw < 0.82 ? reversals : affirmations;
  const { text, factor } = pick(random, frames);
  const { word, value } = quality(factor < 0 ? !good : good);
  return { text: text(aspect, word), value: factor * value };
}

function graded(random: Random, aspect: string, { word, value }: Quality): Clause {
  const frame = pick(random, plainFrames);
  if (chance(random, 0.5)) return { text: frame(aspect, word), value };
  const degree = pick(random, degrees);
  return { text: frame(aspect, `${degree.word} ${word}`), value: degree.factor * value };
}

function nearbyNegation(random: Random, aspect: string, { word, value }: Quality): Clause {
  const { text, factor } = pick(random, [
    { text: `the ${aspect} is not ${word} at all`, factor: -0.7 },
    { text: `the ${aspect} is not ${word}`, factor: -0.6 },
    { text: `the ${aspect} is never ${word}`, factor: -0.7 },
    { text: `the ${aspect} is hardly ${word}`, factor: -0.6 },
  ]);
  return { text, value: factor * value };
}

/** A sentence of one or two clauses; of two that pull apart the one that carries the sentence weighs more. */
export function sentence(random: Random, product: Product, goodShare: number): Clause {
  const isGood = () => chance(random, goodShare);
  if (chance(random, 0.55)) return clause(random, product, { good: isGood() });
  const firstGood = isGood();
  const first = clause(random, product, { good: firstGood });
  const secondGood = isGood();
  const second = clause(random, product, { good: secondGood });
  if (firstGood === secondGood) {
    const joint = pick(random, [" and ", ", and ", "; besides, "]);
    return { text: `${first.text}${joint}${second.text}`, value: (first.value + second.value) / 2 };
  }
  const { text, firstWeight } = pick(random, [
    { text: `${first.text}, but ${second.text}`, firstWeight: 0.2 },
    { text: `although ${first.text}, ${second.text}`, firstWeight: 0.2 },
    { text: `${first.text}; what counts, though, is that ${second.text}`, firstWeight: 0.1 },
    { text: `${first.text}, even though ${second.text}`, firstWeight: 0.8 },
    { text: `${first.text}, and I can forgive that ${second.text}`, firstWeight: 0.85 },
  ]);
  return { text, value: firstWeight * first.value + (1 - firstWeight) * second.value };
}
