/** Numbers as people read them: fixed forms, the same in every locale. */

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

/** A share of one as a percentage: 0.6684 -> "66.8 %"; whole from 0 digits. */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : "n/a";
}

/** An error or a score: three digits, so that differences that matter are seen. */
export function score(value: number | undefined, digits = 3): string {
  return value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : "n/a";
}

/** A duration in words short enough for a progress line: "8 s", "2 min 05 s", "1 h 20 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "n/a";
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes in units of 1024: "1.5 GiB". */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let rest = value;
  for (; rest >= 1024 && unit < units.length - 1; unit++) rest /= 1024;
  return `${unit === 0 ? rest : rest.toFixed(rest < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Cuts a text to `width` characters on one line, whole code points only. */
export function shorten(text: string, width: number): string {
  const flat = [...text.replace(/\s+/g, " ").trim()];
  return flat.length <= width ? flat.join("") : `${flat.slice(0, Math.max(1, width - 1)).join("")}…`;
}
