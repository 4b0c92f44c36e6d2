/**
 * What the command line writes, for programs in browsers: it needs neither Node nor files. The studio exports with it.
 *
 * @module
 */
export { htmlPage } from "./export/html/index.js";
export { onnxModel } from "./export/onnx/index.js";
export { type ReportInput, reportPage } from "./report/html/index.js";
export { baselineAlarm, baselineName, judge, listBaselines, type Measures, northStar } from "./report/verdict.js";
