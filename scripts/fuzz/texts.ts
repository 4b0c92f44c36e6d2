/** Texts of any kind are refused with a typed error or answered soundly, in time that grows with their length. */
import {
  articleTokenizer,
  findRatingMention,
  maskRatingMentions,
  memoryFolder,
  modelCard,
  RatingModel,
  Vocabulary,
  wordTokenizer,
} from "@starcast/core";
import type { Engine } from "../../packages/core/src/training/engine.js";
import { checkCard, checkPrediction, type Files } from "./models.js";
import { hostileTexts, Mutator } from "./mutate.js";
import { outcomeOf, promise } from "./outcome.js";

/** What texts are put together from. */
const pieces = [
  ...[
    "good",
    "bad",
    "don't",
    "dress",
    "5 stars",
    "4/5",
    "10/10",
    "x",
    "SOOOO",
    "İstanbul",
    "straße",
    "ﬁt",
    "½",
    "１２",
  ],
  ...[" ", "  ", "\n", "\r\n", "\t", "\0", "\u00a0", "\u2028", "\u0085", ".", ",", "!", "?!", "'", "’", "`", "/", "-"],
  ...[
    "\ud800",
    "\udc00",
    "\ude00\ud83d",
    "\uffff",
    "\ufffe",
    "\u{10ffff}",
    "\u{e0041}",
    "\u{1f3fb}",
    "\ufe0f",
    "\u200d",
  ],
  ...["\u202e", "\u200f", "\u2066", "\u061c", "\u0301", "\u0327", "\u0f71", "\u1ab0", "\u20dd", "\u034f", "\u115f"],
  ...[
    "日本語",
    "ไทย",
    "ລາວ",
    "한국어",
    "\u1112\u1161\u11ab",
    "שלום",
    "مرحبا",
    "\ufdfa",
    "🇩🇪",
    "👩‍👩‍👧",
    "🏴\u{e0067}\u{e007f}",
    "☺️",
  ],
  ...hostileTexts,
];

/** Longest of the large texts, in characters. */
const largest = 10_000_000;

/** Models of both tokenizers, once for all cases. */
export async function openModels(models: readonly Files[], engine: Engine): Promise<RatingModel[]> {
  return Promise.all(models.map((files) => RatingModel.load(memoryFolder(files), { engine })));
}

/** Makes a text, and looks at what becomes of it everywhere that texts go. One in 2,000 has a million characters or more. */
export async function textCase(models: readonly RatingModel[], seed: number, number: number): Promise<string> {
  const mutator = new Mutator(seed, `texts ${number}`);
  const isLarge = number % 2000 === 1999;
  const text = isLarge ? largeText(mutator) : smallText(mutator);
  return outcomeOf(() => {
    const tokens = wordTokenizer.tokenize(text);
    checkTokens(tokens, text);
    const articleTokens = articleTokenizer.tokenize(text);
    promise(
      articleTokens.every((token) => /^[\x00-\x7f]+$/.test(token)),
      "an article token is not ASCII",
    );
    promise(findRatingMention(maskRatingMentions(text)) === undefined, "a rating is left in a masked text");
    if (!isLarge) {
      checkVocabulary(new Set([...tokens, ...articleTokens, text]));
      checkCard(modelCard({ task: "class", labels: [text, `${text}|`], name: text, data: { rows: 1, source: text } }));
    }
    const model = mutator.pick(models);
    const prediction = predict(model, text);
    promise(isLarge || predict(model, text) === prediction, "a text is answered in two ways");
    return "answered";
  });
}

function smallText(mutator: Mutator): string {
  const count = mutator.oneIn(20) ? mutator.below(2000) : mutator.below(12);
  let text = "";
  for (let index = 0; index < count; index++) {
    text += mutator.oneIn(6) ? String.fromCharCode(mutator.below(0x10000)) : mutator.pick(pieces);
  }
  return text;
}

/** One piece over and over, with or without something between: one word, one line, one letter with endless marks. */
function largeText(mutator: Mutator): string {
  const piece = mutator.pick(pieces) || "x";
  const unit = mutator.oneIn(2) ? piece : piece + mutator.pick(pieces);
  const length = mutator.oneIn(4) ? largest : 1_000_000;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function checkTokens(tokens: readonly string[], text: string): void {
  for (const token of tokens.slice(0, 100_000)) {
    promise(token !== "", "there is an empty token");
    promise(
      !/\s|\p{Surrogate}/u.test(token),
      `the token ${JSON.stringify(token)} holds white space or half a character`,
    );
  }
  if (text.length < 10_000) {
    // Tokens are clean: cut again, they stay what they are.
    const again = wordTokenizer.tokenize(tokens.join(" "));
    promise(
      JSON.stringify(again) === JSON.stringify(tokens),
      `tokens change when cut again: ${JSON.stringify([tokens, again]).slice(0, 1000)}`,
    );
  }
}

/** Any tokens survive `vocabulary.txt`. */
function checkVocabulary(tokens: ReadonlySet<string>): void {
  const vocabulary = Vocabulary.fromTokens([...tokens]);
  const bytes = new TextEncoder().encode(vocabulary.toLines());
  const read = Vocabulary.fromLines(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  promise(read.size === vocabulary.size, "the vocabulary has another size after reading");
  for (const token of tokens)
    promise(read.idOf(token) === vocabulary.idOf(token), `${JSON.stringify(token)} has another id`);
}

function predict(model: RatingModel, text: string): string {
  const prediction = model.predict(text);
  checkPrediction(prediction, new Set(model.scale.task === "number" ? [] : model.scale.labels));
  return JSON.stringify(prediction);
}
