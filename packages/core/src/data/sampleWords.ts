/** Words of the synthetic reviews. Every quality may be said of every aspect; the number is its value in stars from 3. */
export interface Quality {
  readonly word: string;
  readonly value: number;
}

function qualities(value: number, words: string): Quality[] {
  return words.split(" ").map((word) => ({ word, value }));
}

export const praise: readonly Quality[] = [
  ...qualities(1.2, "good nice decent pleasant solid likeable"),
  ...qualities(2, "great wonderful excellent superb lovely fantastic brilliant perfect"),
];

export const blame: readonly Quality[] = [
  ...qualities(-1.2, "bad poor weak dull mediocre disappointing"),
  ...qualities(-2, "awful terrible dreadful horrible useless hopeless pathetic shoddy"),
];

/** Adverbs and what they multiply the value of a quality by. */
export const degrees: readonly { readonly word: string; readonly factor: number }[] = [
  { word: "slightly", factor: 0.4 },
  { word: "a little", factor: 0.4 },
  { word: "somewhat", factor: 0.6 },
  { word: "rather", factor: 0.85 },
  { word: "really", factor: 1.15 },
  { word: "absolutely", factor: 1.3 },
  { word: "utterly", factor: 1.3 },
];

/** Things that are reviewed, with aspects that take a singular verb. */
export const products: readonly { readonly name: string; readonly aspects: readonly string[] }[] = [
  { name: "dress", aspects: ["fit", "colour", "fabric", "zip", "length", "cut"] },
  { name: "jacket", aspects: ["fit", "lining", "zip", "fabric", "hood", "stitching"] },
  { name: "radio", aspects: ["sound", "display", "battery", "case", "reception", "handle"] },
  { name: "kettle", aspects: ["handle", "lid", "spout", "finish", "switch", "design"] },
  { name: "rucksack", aspects: ["strap", "zip", "fabric", "lining", "size", "stitching"] },
  { name: "lamp", aspects: ["light", "switch", "base", "finish", "cable", "design"] },
];

/** Aspects of every purchase. */
export const commonAspects: readonly string[] = ["quality", "price", "delivery", "packaging", "service"];

/** What happened to the thing: whole clauses that need no quality. */
export const events: readonly { readonly text: string; readonly value: number }[] = [
  { text: "it fell apart after a week", value: -2 },
  { text: "it broke on the second day", value: -2 },
  { text: "it had a hole when it arrived", value: -1.6 },
  { text: "I sent it back at once", value: -2 },
  { text: "it creaks when I touch it", value: -1 },
  { text: "it smells of glue", value: -1.2 },
  { text: "it looks new after a year", value: 2 },
  { text: "I use it every single day", value: 1.6 },
  { text: "I would buy it again tomorrow", value: 2 },
  { text: "it does what it should", value: 1 },
  { text: "my friends all ask where I got it", value: 1.8 },
  { text: "it survived a fall down the stairs", value: 1.4 },
];

/** Sentences that say nothing about the rating. PRODUCT stands for the thing. */
export const fillers: readonly string[] = [
  "I ordered the PRODUCT on a Monday",
  "I ordered it online with two other things",
  "The PRODUCT came in a brown box",
  "I bought this PRODUCT for my sister",
  "It was a present for my father",
  "This PRODUCT replaces one that I had for ten years",
  "I have had the PRODUCT for about a month",
  "My neighbour has the same PRODUCT in blue",
  "I usually take a medium",
  "We took it on a trip to the coast",
  "I looked at three shops before I chose",
  "I am writing this after two weeks of use",
  "There were several colours and I took the green one",
  "It arrived on the day that was announced",
  "I read many reviews before I ordered",
  "My daughter opened the parcel before I came home",
  "This is the second PRODUCT that I bought this year",
  "I paid for it with a voucher",
];
