/**
 * A report as lines for a terminal.
 *
 * @param {import("./types.js").Report} report
 * @returns {string}
 */
export function formatReport(report) {
  const { machine } = report;
  const disturbed =
    machine.loadBefore > 0.25
      ? " (other work was running: take the processor time and the ratio, not the seconds)"
      : "";
  return [
    `${report.benchmark}: ${report.work}`,
    `data: ${report.data}`,
    `machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    `load before: ${machine.loadBefore}${disturbed}`,
    ...(report.summaries.length > 0 ? ["", ...alignColumns(summaryCells(report.summaries))] : []),
    ...(report.tables ?? []).flatMap(({ title, rows }) => ["", title, ...alignColumns(tableCells(rows))]),
    ...report.missing.flatMap((peer) => ["", `${peer.product} was not measured: ${peer.reason}`, `  ${peer.install}`]),
  ].join("\n");
}

/** @param {readonly import("./types.js").Summary[]} summaries */
function summaryCells(summaries) {
  const header = ["system", "setting", "version", "median s", "CPU s", "range s", "rounds", "loss at the end", "ratio"];
  const rows = summaries.map((row) => [
    row.product,
    row.setting,
    row.version,
    row.medianSeconds.toFixed(3),
    row.medianCpuSeconds.toFixed(3),
    `${Math.min(...row.seconds).toFixed(3)} to ${Math.max(...row.seconds).toFixed(3)}`,
    String(row.seconds.length),
    row.loss === undefined ? "" : row.loss.toFixed(4),
    row.starcastTimesAsFast === undefined ? "" : `Starcast ${row.starcastTimesAsFast.toFixed(2)}x as fast`,
  ]);
  return [header, ...rows];
}

/**
 * A line of column names, then the cells; numbers with three significant digits.
 *
 * @param {import("./types.js").Table["rows"]} rows
 */
function tableCells(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (/** @type {string | number | undefined} */ value) =>
    typeof value === "number" ? formatNumber(value) : (value ?? "");
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
}

/** @param {number} value */
function formatNumber(value) {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * @param {readonly (readonly string[])[]} rows
 * @returns {string[]}
 */
function alignColumns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}
