import type { Alarm, Examination } from "@starcast/core";
import { writeReport } from "../report/modelReport.js";
import type { Reporting } from "../services.js";

/** What a fake report says, or how it fails. */
export interface FakeReportOptions {
  readonly alarms?: readonly Alarm[];
  readonly failure?: Error;
}

/** Reports without looking at anything. */
export function fakeReporting({ alarms = [], failure }: FakeReportOptions = {}): Reporting {
  const report = async () => {
    if (failure) throw failure;
    return { html: "<!doctype html><title>A report</title>", examination: { alarms } as unknown as Examination };
  };
  return { reportOnRun: report, reportOnRows: report, writeReport };
}
