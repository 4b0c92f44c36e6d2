/** Settings in which runs differ. */
import type { Run } from "../../protocol.js";

/** A setting by its path, with each run's value. */
export interface Difference {
  readonly setting: string;
  readonly values: readonly string[];
}

/** All settings that are not the same in all runs. */
export function differencesOf(runs: readonly Run[]): Difference[] {
  const all = runs.map((run) => {
    const { seed, threads, recipe, settings } = run.metrics;
    const facts = {
      data: run.data.name,
      text: run.data.choice.text.join(" + "),
      label: run.data.choice.label,
      corrections: run.corrections.length,
      recipe,
      seed,
      threads,
      settings,
    };
    return new Map(flatten(facts, ""));
  });
  const names = [...new Set(all.flatMap((facts) => [...facts.keys()]))];
  return names
    .map((setting) => ({ setting, values: all.map((facts) => facts.get(setting) ?? "–") }))
    .filter(({ values }) => new Set(values).size > 1);
}

function flatten(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
    const path = prefix === "" || prefix === "settings" ? key : `${prefix}.${key}`;
    if (typeof inner === "object" && inner !== null) return flatten(inner, path);
    return [[path, String(inner)]];
  });
}
