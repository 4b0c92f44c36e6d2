import type { TrainEvent } from "@starcast/core";
import { counted, duration } from "../report/numbers.js";
import { printConfusion, printPart, printTrust, printVerdict } from "../report/result.js";
import type { ModelAlarms } from "../report/verdict.js";
import { shellWord } from "../shellWord.js";
import type { Output } from "../terminal/output.js";
import { commandOn, type DataFlags } from "./nextCommand.js";

type Done = Extract<TrainEvent, { type: "done" }>;

/** What the report needs of the command line. */
interface ReportOptions extends DataFlags {
  readonly out: string;
  readonly epochs: number | undefined;
  readonly skipBadRows: boolean;
  readonly json: boolean;
}

/** Prints the result of a finished or stopped run, and what can be done with its model. */
export function reportResult(
  output: Output,
  done: Done,
  { values, paths, alarms }: { values: ReportOptions; paths: readonly string[]; alarms: ModelAlarms },
): void {
  const { metrics } = done;
  const { validation, test, baselines, scale } = metrics;
  const judged = test ?? validation;
  printPart(output, test === undefined ? "Result on the validation rows" : "Result on the test rows", judged, scale);
  const verdict = printVerdict(output, judged, baselines, { scale, alarms });
  if (verdict?.mood === "bad" && values.epochs !== undefined) {
    output.warn(
      `Only ${counted(values.epochs, "epoch")} were asked for; without --epochs the recipe decides how many the data needs.`,
    );
  }
  if (test === undefined && validation.usedForEarlyStopping) {
    output.warn(
      "These rows also chose the epoch that was kept, so the result is a little flattering; --test-fraction 0.2 keeps rows aside for an untouched estimate.",
    );
  }
  printTrust(output, metrics);
  printConfusion(output, judged, scale);
  output.gap();
  const folder = values.out;
  output.line(
    `  ${output.green(output.unicode ? "✔" : "ok")} Model saved in ${output.bold(folder)} after ${duration(metrics.seconds)}`,
  );
  const resume: [string, string][] =
    done.reason === "aborted" ? [[`starcast train --resume ${shellWord(folder)}`, "go on where it stopped"]] : [];
  const again = [
    ...(values.skipBadRows ? ["--skip-bad-rows"] : []),
    "--test-fraction",
    "0.2",
    "--out",
    shellWord(folder),
    "--force",
  ];
  output.next([
    ...resume,
    [`starcast predict ${shellWord(folder)} "arrived late but works great"`, "rate a text"],
    [`starcast predict ${shellWord(folder)}`, "rate what you type"],
    test === undefined
      ? [commandOn("train", paths, values, again), "an untouched estimate"]
      : [`starcast evaluate ${shellWord(folder)} DATA`, "measure it on other labelled rows"],
  ]);
  if (values.json) output.printJson(metrics);
}
