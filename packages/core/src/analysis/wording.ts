/** Numbers as people read them, the same in every locale. */

/** 23486 -> "23,486". */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "1 row", "2 rows". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share of one: 0.6684 -> "66.8 %"; what is rounded to 0 but above it keeps a digit. */
export function percent(share: number): string {
  const shown = (share * 100).toFixed(1);
  if (shown === "0.0" && share > 0) return "under 0.1 %";
  return `${shown.replace(/\.0$/, "")} %`;
}

/** An error or a score: three digits. */
export function score(value: number): string {
  return value.toFixed(3);
}
