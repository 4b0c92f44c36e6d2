import { describe, expect, it } from "vitest";
import { createNetwork, joinMembers, membersOf, parameterShapes } from "./ensemble.js";
import { createTrainableNetwork } from "./lstmNetwork.js";
import { allRows, plainTrainer, randomTexts, smallConfig } from "./testing/networks.js";

const options = { maxLength: 12 };
const batch = { texts: randomTexts(40, 12, 3), rows: allRows(40) };

async function randomWeights(seed: number) {
  const network = await createTrainableNetwork(smallConfig, plainTrainer, { ...options, seed, maxBatchRows: 8 });
  const weights = network.stateDict();
  network.dispose();
  return weights;
}

describe("an ensemble", () => {
  it("answers with the mean of its members' outputs, on any number of threads", async () => {
    const members = await Promise.all([1, 2, 3].map(randomWeights));
    const alone = await Promise.all(
      members.map(async (weights) => {
        const network = await createNetwork(smallConfig, options);
        network.loadStateDict(weights);
        return network.forward(batch);
      }),
    );
    const mean = alone[0].map((_, index) => alone.reduce((sum, outputs) => sum + outputs[index], 0) / alone.length);
    for (const threads of [1, 2]) {
      const ensemble = await createNetwork({ ...smallConfig, members: 3 }, { ...options, threads });
      ensemble.loadStateDict(joinMembers(members));
      const outputs = ensemble.forward(batch);
      expect(outputs).toEqual(mean);
      expect(ensemble.stateDict()).toEqual(joinMembers(members));
      ensemble.dispose();
    }
  });

  it("names the tensors of its members apart, and gives each its own back", async () => {
    const config = { ...smallConfig, members: 2 };
    const members = await Promise.all([1, 2].map(randomWeights));
    const joined = joinMembers(members);
    expect(joined.map(({ name }) => name)).toEqual(parameterShapes(config).map(({ name }) => name));
    expect(joined[0].name).toBe("members.0.embeddings.weight");
    expect(membersOf(config, joined)).toEqual(members);
    expect(membersOf(smallConfig, members[0])).toEqual([members[0]]);
    expect(joinMembers([members[0]])).toEqual(members[0]);
  });

  it("refuses the tensors of fewer members", async () => {
    const ensemble = await createNetwork({ ...smallConfig, members: 2 }, options);
    expect(() => ensemble.loadStateDict(ensemble.stateDict().slice(1))).toThrow("members.0.embeddings.weight");
    ensemble.dispose();
  });
});
