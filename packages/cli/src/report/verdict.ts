import type { Alarm, BaselineResults, sameAnswer, worseThanBaseline } from "@starcast/core";
import { count, score } from "./numbers.js";

/** What a part's evaluation may hold, whatever the task. */
export interface Measures {
  readonly rows: number;
  readonly rmse?: number;
  readonly rmseInterval?: readonly [number, number];
  readonly rmseOfMode?: number;
  readonly mae?: number;
  readonly maeInterval?: readonly [number, number];
  readonly accuracy?: number;
  readonly accuracyInterval?: readonly [number, number];
  readonly offByOne?: number;
  readonly qwk?: number;
  readonly macroF1?: number;
  readonly macroF1Interval?: readonly [number, number];
  readonly logLoss?: number;
  readonly confusion?: readonly (readonly number[])[];
}

/** The library's alarms about a model: handed in, because the library is loaded only when a command needs it. */
export interface ModelAlarms {
  readonly sameAnswer: typeof sameAnswer;
  readonly worseThanBaseline: typeof worseThanBaseline;
}

/** A comparison in words, and whether it deserves a tick or a warning. */
export interface Verdict {
  readonly mood: "good" | "unsure" | "bad";
  readonly text: string;
}

/** The measure that a task is judged by. */
export interface NorthStar {
  readonly name: "RMSE" | "macro F1";
  readonly lowerIsBetter: boolean;
  readonly value: number;
  readonly interval: readonly [number, number];
}

/** RMSE wherever there is one; macro F1 for classes without order. */
export function northStar(metrics: Measures): NorthStar {
  if (metrics.rmse !== undefined && metrics.rmseInterval !== undefined) {
    return { name: "RMSE", lowerIsBetter: true, value: metrics.rmse, interval: metrics.rmseInterval };
  }
  const value = metrics.macroF1 ?? Number.NaN;
  return { name: "macro F1", lowerIsBetter: false, value, interval: metrics.macroF1Interval ?? [value, value] };
}

const baselineNames: Readonly<Record<string, string>> = {
  mean: "always the mean rating",
  median: "always the median rating",
  majority: "always the most frequent label",
  linear: "linear model on words and word pairs",
};

/** A baseline as people read it, with the rows that the linear model learned from where they were not all. */
export function baselineName(name: string, { linearRows }: BaselineResults): string {
  const limited = name === "linear" && linearRows !== undefined ? `, learned from ${count(linearRows)} rows` : "";
  return `${baselineNames[name] ?? name}${limited}`;
}

/** The baselines that were measured, by name. */
export function listBaselines(baselines: BaselineResults): [name: string, measures: Measures][] {
  const { mean, median, majority, linear } = baselines;
  const all: Record<string, Measures | undefined> = { mean, median, majority, linear };
  return Object.entries(all).flatMap(([name, measures]) => (measures ? [[name, measures] as [string, Measures]] : []));
}

const shortNames: Readonly<Record<string, string>> = {
  mean: "always guessing the mean",
  median: "always guessing the median",
  majority: "always guessing the most frequent label",
  linear: "the linear model",
};

/**
 * The result against the strongest baseline, and no better than it is: overlapping 95 % intervals are called
 * inconclusive, and a network that loses to a simple model is told to be so.
 */
export function judge(metrics: Measures, baselines: BaselineResults, alarms: ModelAlarms): Verdict | undefined {
  const ours = northStar(metrics);
  const rival = strongest(baselines, ours.lowerIsBetter);
  if (rival === undefined) return undefined;
  const [name, theirs] = rival;
  const who = shortNames[name] ?? name;
  const gain = ours.lowerIsBetter ? theirs.value - ours.value : ours.value - theirs.value;
  const overlap = ours.interval[0] <= theirs.interval[1] && theirs.interval[0] <= ours.interval[1];
  const by = score(Math.abs(gain));
  const against = `${who} (${score(theirs.value)})`;
  if (by === score(0)) return { mood: "unsure", text: `As good as ${against}, the strongest baseline, and no better.` };
  if (gain > 0 && !overlap)
    return {
      mood: "good",
      text: `Better than ${against}, the strongest baseline, by ${by}; the 95 % intervals do not overlap.`,
    };
  if (gain > 0) {
    return {
      mood: "unsure",
      text: `Better than ${against}, the strongest baseline, by ${by}, but the 95 % intervals overlap: on these rows alone the difference may be chance.`,
    };
  }
  const alarm = baselineAlarm(metrics, baselines, alarms);
  return alarm && { mood: "bad", text: `${alarm.finding} ${alarm.advice}` };
}

/** Rings when the strongest baseline is better. */
export function baselineAlarm(
  metrics: Measures,
  baselines: BaselineResults,
  alarms: Pick<ModelAlarms, "worseThanBaseline">,
): Alarm | undefined {
  const model = northStar(metrics);
  const rival = strongest(baselines, model.lowerIsBetter);
  if (rival === undefined) return undefined;
  const [name, baseline] = rival;
  const who = shortNames[name] ?? name;
  return alarms.worseThanBaseline({ model, baseline, name: who, lowerIsBetter: model.lowerIsBetter });
}

function strongest(baselines: BaselineResults, lowerIsBetter: boolean): [string, NorthStar] | undefined {
  let found: [string, NorthStar] | undefined;
  for (const [name, metrics] of listBaselines(baselines)) {
    const star = northStar(metrics);
    if (!Number.isFinite(star.value)) continue;
    if (found === undefined || (lowerIsBetter ? star.value < found[1].value : star.value > found[1].value))
      found = [name, star];
  }
  return found;
}
