/** Short texts whose rating is decided by their words, so that some epochs are enough to learn them. */
const words = [
  [1, "awful broke useless refund"],
  [2, "poor thin weak late"],
  [3, "okay fine average plain"],
  [4, "good nice solid comfortable"],
  [5, "perfect lovely wonderful adore"],
];

export function makeRows(count) {
  return Array.from({ length: count }, (_, index) => {
    const [label, list] = words[index % words.length];
    const choice = list.split(" ");
    const first = choice[Math.floor(index / 5) % 4];
    return { text: `number ${index} is ${first} and ${choice[Math.floor(index / 20) % 4]}`, label };
  });
}

export const texts = ["It is lovely and perfect, I adore it", "awful, it broke", "plain", "Été 🙂 unknown words only?"];
