/** Networks from PyTorch, broken in every way, are refused with a typed error or become a model that answers soundly. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { memoryFolder, RatingModel } from "@starcast/core";
import { importPytorch } from "../../packages/cli/src/import/index.js";
import { breakWeights, checkPrediction } from "./models.js";
import { hostileTexts, Mutator } from "./mutate.js";
import { outcomeOf, promise } from "./outcome.js";

/** What bench/reference/import_fixture.py recorded of a network. */
interface Recorded {
  readonly tokens: readonly string[];
  readonly padding: number;
  readonly unknown: number;
  readonly maxLength: number;
  readonly texts: readonly string[];
}

/** A state dict and what belongs to it. */
export interface Source {
  readonly weights: Uint8Array;
  readonly facts: Recorded;
}

const labels = [1, 2, 3, 4, 5];

/** Reads the smallest of the networks that the tests of the import keep. */
export function readSource(testdata: URL): Source {
  const read = (name: string) => readFileSync(fileURLToPath(new URL(name, testdata)));
  return {
    weights: new Uint8Array(read("other.safetensors")),
    facts: JSON.parse(read("other.json").toString("utf8")) as Recorded,
  };
}

/** Breaks the weights, the vocabulary or both, imports them, predicts, saves and loads again. */
export async function importCase({ weights, facts }: Source, seed: number, number: number): Promise<string> {
  const mutator = new Mutator(seed, `imports ${number}`);
  let content = weights;
  let tokens = vocabularyOf(mutator, facts);
  for (let rounds = mutator.rounds(); rounds > 0; rounds--) {
    if (mutator.oneIn(3)) tokens = { ...tokens, content: breakVocabulary(mutator, tokens) };
    else content = mutator.oneIn(3) ? mutator.bytes(content) : breakWeights(mutator, content);
  }
  return outcomeOf(async () => {
    const { model } = await importPytorch({ name: "model.safetensors", content }, tokens, {
      scale: { task: "rating", labels, values: labels },
      tokenizer: "words",
      maxLength: facts.maxLength,
      padToMaxLength: false,
      special: { padding: facts.padding, unknown: facts.unknown },
    });
    const folder = memoryFolder();
    await model.save(folder);
    const again = await RatingModel.load(folder);
    try {
      const texts = facts.texts.slice(0, 4);
      for (const prediction of again.predict(texts)) checkPrediction(prediction, new Set(labels));
      promise(
        JSON.stringify(again.predict(texts)) === JSON.stringify(model.predict(texts)),
        "saved, it answers otherwise",
      );
      return "answered";
    } finally {
      model.dispose();
      again.dispose();
    }
  });
}

/** The three forms that a vocabulary may have. */
function vocabularyOf(mutator: Mutator, { tokens }: Recorded): { name: string; content: string } {
  return mutator.pick([
    { name: "tokens.json", content: JSON.stringify(tokens) },
    { name: "tokens.json", content: JSON.stringify(Object.fromEntries(tokens.map((token, id) => [token, id]))) },
    { name: "tokens.txt", content: tokens.join("\n") },
  ]);
}

function breakVocabulary(mutator: Mutator, { name, content }: { name: string; content: string }): string {
  if (mutator.oneIn(3)) return new TextDecoder().decode(mutator.bytes(new TextEncoder().encode(content)));
  if (name.endsWith(".json")) return mutator.json(content);
  const lines = content.split("\n");
  lines.splice(mutator.below(lines.length), mutator.below(2), mutator.pick(hostileTexts));
  return lines.join("\n");
}
