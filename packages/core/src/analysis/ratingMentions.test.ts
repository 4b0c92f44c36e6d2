import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRatingMention, maskRatingMentions } from "./ratingMentions.js";

describe("findRatingMention", () => {
  it.each<[string, number, number | undefined]>([
    ["5 stars", 5, undefined],
    ["I give it Five Stars!", 5, undefined],
    ["a 1-star experience", 1, undefined],
    ["only four and a half stars", 4.5, undefined],
    ["3.5 stars.", 3.5, undefined],
    ["4/5", 4, 5],
    ["10/10 would buy", 10, 10],
    ["8,5 / 10", 8.5, 10],
    ["two out of five", 2, 5],
    ["3 stars out of 5", 3, 5],
    ["Rating: 4", 4, undefined],
    ["★★★☆☆ ok", 3, undefined],
    ["⭐⭐⭐⭐", 4, undefined],
  ])("finds the rating in %j", (text, value, outOf) => {
    expect(findRatingMention(text)).toMatchObject(outOf === undefined ? { value } : { value, outOf });
  });

  it.each([
    "I usually wear a size 8/10",
    "i'm an 8/10 and tall",
    "I am 5'8 and wear a 10/12",
    "bought on 4/5/2019 for 25/10",
    "open 24/7",
    "it started well",
    "one of five dresses I own and a starfish",
    "six/tenths of it",
    "$4/10 pieces",
    "12 stars",
    "size 1/2 too small",
    "7/5",
  ])("finds none in %j", (text) => {
    expect(findRatingMention(text)).toBeUndefined();
  });
});

describe("maskRatingMentions", () => {
  it.each([
    ["Great! 5 stars. Would buy again.", "Great!  . Would buy again."],
    ["I give it 4/5, or 8 out of 10", "I give it  , or  "],
    ["★★★☆☆ so so ★★★", "  so so  "],
    ["five-star hotel, rating: 3", "  hotel,  "],
  ])("takes every rating out of %j", (text, masked) => expect(maskRatingMentions(text)).toBe(masked));

  it.each(["I bought size 8/10.", "In 2015 stars shone", "arrived on 3/4/2019", "no rating here"])(
    "leaves %j as it is",
    (text) => expect(maskRatingMentions(text)).toBe(text),
  );

  it("leaves nothing behind that findRatingMention finds", () => {
    const piece = fc.constantFrom(
      "5 stars",
      "4/5",
      "nice",
      "★★",
      " ",
      "rating: 2",
      "out of",
      "10",
      "three and a half stars",
      ", ",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join(" and ");
        expect(findRatingMention(maskRatingMentions(text))).toBeUndefined();
      }),
    );
  });
});
