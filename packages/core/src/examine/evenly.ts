/**
 * Chooses some of many things that come one by one: all, or `most` of them at even distances.
 *
 * @returns whether the next one is chosen.
 */
export function chooseEvenly(count: number, most: number): () => boolean {
  let seen = 0;
  if (count <= most) return () => true;
  return () => {
    const before = Math.floor((seen * most) / count);
    seen++;
    return Math.floor((seen * most) / count) > before;
  };
}
