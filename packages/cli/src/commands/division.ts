import type { TrainOptions } from "@starcast/core";
import type { SplitColumns } from "../data/readTexts.js";
import { UsageError } from "../errors.js";
import type { OptionValues } from "./options.js";
import type { divisionOptions } from "./shared.js";

type DivisionValues = OptionValues<typeof divisionOptions>;

interface PartValues extends DivisionValues {
  readonly valid?: string | undefined;
  readonly test?: string | undefined;
  readonly testFraction: number | undefined;
}

/** @throws {UsageError} `conflict` when several options say how the rows are divided. */
export function checkDivision({ group, splitColumn, time, valid, test, testFraction }: PartValues): void {
  const ways = Object.entries({ "--group": group, "--split-column": splitColumn, "--time": time });
  const given = ways.flatMap(([flag, column]) => (column === undefined ? [] : [flag]));
  if (given.length > 1) {
    throw new UsageError("conflict", `${given.join(" and ")} all say how the rows are divided; leave all but one out.`);
  }
  if (splitColumn === undefined) return;
  const parts = Object.entries({ "--valid": valid, "--test": test, "--test-fraction": testFraction });
  const other = parts.find(([, value]) => value !== undefined);
  if (other !== undefined) {
    throw new UsageError("conflict", `--split-column and ${other[0]} both say which rows to hold back; leave one out.`);
  }
}

/** The columns that are read for the division, by the name of a row's field. */
export function splitColumns({ group, splitColumn, time }: DivisionValues): SplitColumns {
  return { group, part: splitColumn, time };
}

/** The library's options for the same. */
export function divisionFrom(values: DivisionValues): Pick<TrainOptions, "splitBy" | "keepDuplicates"> {
  const { group, splitColumn, time, keepDuplicates } = values;
  const splitBy =
    group !== undefined ? "group" : splitColumn !== undefined ? "part" : time !== undefined ? "time" : undefined;
  return { splitBy, keepDuplicates: keepDuplicates || undefined };
}
