/** The report as one HTML file; loaded when it is asked for, since it draws charts without a page. */
import type { Examination } from "@starcast/core";
import { reportPage } from "starcast/browser";
import type { Run } from "../protocol.js";
import type { Dataset } from "./dataset.js";

declare const starcastVersion: string;

/** The same report as `starcast train` writes. */
export function makeReport(run: Run, { table, choice }: Dataset, examination: Examination): string {
  const { metrics, name } = run;
  return reportPage({
    name,
    metrics,
    measures: metrics.test ?? metrics.validation,
    scale: metrics.scale,
    data: { sources: table.files?.map((file) => file.name) ?? [table.name], text: choice.text, label: choice.label },
    examination,
    made: {
      at: new Date(),
      version: starcastVersion,
      engine: "a browser, in the studio",
      system: globalThis.navigator?.userAgent ?? "unknown",
    },
  });
}
