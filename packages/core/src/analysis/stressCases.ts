/** Kinds of texts that are known to be hard. */
export type StressKind =
  | "negation"
  | "contrast"
  | "intensity"
  | "typing errors"
  | "capitals"
  | "emoji"
  | "very short"
  | "very long";

/** Two texts of which one must be rated lower. */
export interface DirectionCase {
  readonly kind: StressKind;
  readonly lower: string;
  readonly higher: string;
}

/** Two ways to write the same, which must be rated about the same. */
export interface SamenessCase {
  readonly kind: StressKind;
  readonly text: string;
  readonly variant: string;
}

/** A promise that holds on any scale of liking. */
export type StressCase = DirectionCase | SamenessCase;

/** Plain opinions: a model that does not tell these apart does not rate by liking, or not in English. */
export const anchors: readonly { readonly lower: string; readonly higher: string }[] = [
  {
    lower: "I hate it. It is terrible and I am very disappointed.",
    higher: "I love it. It is excellent and I am very happy.",
  },
  { lower: "Awful, the worst I have ever had. Do not buy it.", higher: "Wonderful, the best I have ever had. Buy it." },
  { lower: "Bad quality, a waste of money. I returned it.", higher: "Great quality, worth the money. I recommend it." },
  { lower: "Horrible. I was very unhappy with it.", higher: "Perfect. I was very pleased with it." },
];

/** [lower, higher] */
const directions: Readonly<Partial<Record<StressKind, readonly (readonly [lower: string, higher: string])[]>>> = {
  negation: [
    ["This is not good.", "This is good."],
    ["I do not like it.", "I like it."],
    ["I would not recommend it.", "I would recommend it."],
    ["I was not happy with it.", "I was happy with it."],
    ["It doesn't look great.", "It does look great."],
    ["It is not worth the price.", "It is worth the price."],
    ["I never loved it.", "I always loved it."],
    ["It is bad.", "It is not bad."],
    ["I was disappointed.", "I was not disappointed."],
    ["There was a problem.", "There was no problem."],
  ],
  contrast: [
    ["Good, but it fell apart.", "Good."],
    ["It looks great, but it is awful.", "It looks awful, but it is great."],
    ["I wanted to love it, but I am disappointed.", "I wanted to love it, and I am delighted."],
    ["The start was good, the end was bad.", "The start was bad, the end was good."],
    ["Beautiful, but the quality is poor.", "Beautiful, and the quality is good."],
    ["Not cheap, and terrible.", "Not cheap, but excellent."],
    ["I liked it at first, now I hate it.", "I hated it at first, now I like it."],
    ["Everyone else loves it. I do not.", "Everyone else hates it. I love it."],
  ],
  intensity: [
    ["It is good.", "It is excellent."],
    ["I like this.", "I absolutely love this."],
    ["It is okay.", "It is great."],
    ["It is terrible.", "It is slightly disappointing."],
    ["It is very bad.", "It is a little bad."],
    ["It is nice.", "It is the best ever."],
    ["It is the worst ever.", "It is not so nice."],
    ["I am extremely unhappy.", "I am a bit unhappy."],
  ],
  emoji: [
    ["I got it today 😡", "I got it today 😍"],
    ["It is here 👎", "It is here 👍"],
    ["My order 😞", "My order 😊"],
    ["I bought this 💔", "I bought this ❤️"],
    ["So this is it 😭", "So this is it 😀"],
    ["First day with it 🙁", "First day with it 🙂"],
  ],
  "very short": [
    ["Bad", "Good"],
    ["Terrible", "Great"],
    ["Hate it", "Love it"],
    ["Awful", "Perfect"],
    ["Disappointing", "Excellent"],
    ["Worst", "Best"],
    ["Poor quality", "Good quality"],
    ["Returned it", "Keeping it"],
  ],
  "very long": opinionsInLongTexts(),
};

/** [text, variant] */
const samenesses: Readonly<Partial<Record<StressKind, readonly (readonly [text: string, variant: string])[]>>> = {
  "typing errors": [
    ["I love it, it is excellent.", "I love it, it is excelent."],
    ["It is beautiful and very comfortable.", "It is beautifull and very comfortable."],
    ["I would definitely recommend it.", "I would definately recommend it."],
    ["It is perfect and I am happy.", "It is perfcet and I am happy."],
    ["The quality is awful and it broke.", "The quailty is awful and it broke."],
    ["It was terrible, I returned it.", "It was terible, I returned it."],
    ["I am very disappointed with this.", "I am very dissapointed with this."],
    ["I do not recommend it to anyone.", "I do not reccomend it to anyone."],
  ],
  capitals: [
    ["I love it, it is great.", "I LOVE IT, IT IS GREAT."],
    ["This is the best I have bought.", "THIS IS THE BEST I HAVE BOUGHT."],
    ["I really like the colour.", "i really like the colour."],
    ["It is okay, nothing special.", "IT IS OKAY, NOTHING SPECIAL."],
    ["I am disappointed.", "I am DISAPPOINTED."],
    ["It is terrible, I want my money back.", "IT IS TERRIBLE, I WANT MY MONEY BACK."],
  ],
};

/** Every case of the suite. */
export const stressCases: readonly StressCase[] = [
  ...Object.entries(directions).flatMap(([kind, pairs]) =>
    pairs.map(([lower, higher]): StressCase => ({ kind: kind as StressKind, lower, higher })),
  ),
  ...Object.entries(samenesses).flatMap(([kind, pairs]) =>
    pairs.map(([text, variant]): StressCase => ({ kind: kind as StressKind, text, variant })),
  ),
];

/** An opinion at the start, in the middle and at the end of some 300 words that hold none. */
function opinionsInLongTexts(): (readonly [string, string])[] {
  const story =
    "I ordered this on a Monday and it came on the next Thursday in a box. I opened the box at home in the kitchen. My sister was there and she saw it too. Then I put it on the table and went out for a while. In the evening I took it to my room. The next day I had it with me at work and then at a friend's house for some hours. ";
  const opinions = [
    ["I hate it and it is terrible.", "I love it and it is great."],
    ["I am very disappointed with it.", "I am very happy with it."],
  ] as const;
  return opinions.flatMap(([bad, good]) =>
    (
      [
        (opinion) => `${opinion} ${story.repeat(4)}`,
        (opinion) => `${story.repeat(2)}${opinion} ${story.repeat(2)}`,
        (opinion) => `${story.repeat(4)}${opinion}`,
      ] satisfies ((opinion: string) => string)[]
    ).map((place) => [place(bad), place(good)] as const),
  );
}
