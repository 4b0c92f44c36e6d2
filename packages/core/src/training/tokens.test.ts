import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenStore } from "./tokens.js";

describe("TokenStore", () => {
  it("gives back the tokens that were added, empty texts included", () => {
    const texts = fc.array(fc.array(fc.string({ maxLength: 4 })), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (texts) => {
        const store = new TokenStore();
        for (const tokens of texts) store.add(tokens);
        expect(store.length).toBe(texts.length);
        expect([...store.lists(texts.keys())]).toEqual(texts);
      }),
    );
  });

  it("grows beyond its first block", () => {
    const store = new TokenStore();
    const tokens = Array.from({ length: 10_000 }, (_, index) => `t${index % 97}`);
    store.add(tokens);
    store.add(["last"]);
    expect(store.tokensOf(0)).toEqual(tokens);
    expect([...store.lists([1, 1])]).toEqual([["last"], ["last"]]);
  });
});
