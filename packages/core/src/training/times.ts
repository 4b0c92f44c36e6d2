import { DataError } from "../errors.js";
import { toNumber } from "./scale.js";

/** When a row was written: a number of any unit, a date, or the text of either. */
export type Time = number | string | Date;

/** Year, month and day with `-`, `/` or `.` between them, and perhaps a time of day with a zone. */
const dated =
  /^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

const advice =
  "Times are numbers (such as a year or seconds since 1970) or dates with the year first (2024-03-31, or 2024-03-31 17:05).";

/**
 * Collects the times of rows as numbers that can be ordered. A time without a zone is taken as UTC, since only the
 * order counts.
 */
export class Times {
  readonly #values: number[] = [];
  #kind: "number" | "date" | undefined;

  /**
   * @param describe says where the row is, such as `Row 12`.
   * @throws {DataError} `bad-time` for what is no time, or a date among numbers.
   */
  add(time: Time | null | undefined, describe: () => string): void {
    const found = readTime(time);
    if (found === undefined) {
      const blank = time === undefined || time === null || String(time).trim() === "";
      const what = blank ? "no time" : `the time ${JSON.stringify(String(time))}, which cannot be ordered`;
      throw new DataError("bad-time", `${describe()} has ${what}. ${advice}`);
    }
    this.#kind ??= found.kind;
    if (this.#kind !== found.kind) {
      throw new DataError(
        "bad-time",
        `${describe()} has the ${found.kind} ${String(time)}, and the rows before it have ${this.#kind}s. ${advice}`,
      );
    }
    this.#values.push(found.value);
  }

  values(): Float64Array {
    return Float64Array.from(this.#values);
  }
}

function readTime(time: Time | null | undefined): { kind: "number" | "date"; value: number } | undefined {
  if (time === undefined || time === null) return undefined;
  if (time instanceof Date) return dateValue(time.getTime());
  const number = toNumber(time);
  if (number !== undefined) return { kind: "number", value: number };
  if (typeof time !== "string") return undefined;
  const match = dated.exec(time.trim());
  if (match === null) return undefined;
  const [, year, , month, day = "1", hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = match;
  const [months, days] = [Number(month), Number(day)];
  const start = Date.UTC(Number(year), months - 1, days);
  // 31 February would be taken for a day of March.
  if (months < 1 || months > 12 || new Date(start).getUTCDate() !== days) return undefined;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  if (hours > 24 || minutes > 59 || seconds > 60) return undefined;
  const secondsOfDay = 3600 * hours + 60 * minutes + seconds + Number(fraction) - 60 * zoneMinutes(zone);
  return dateValue(start + 1000 * secondsOfDay);
}

function dateValue(value: number): { kind: "date"; value: number } | undefined {
  return Number.isFinite(value) ? { kind: "date", value } : undefined;
}

/** Minutes east of Greenwich: `+05:30` is 330. */
function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const [, sign, hours, minutes = "0"] = match;
  return (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes));
}
