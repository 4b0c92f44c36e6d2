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
    ...(report.summaries.length > 0 ? ["", ...alignColumns(tableCells(summaryRows(report.summaries)))] : []),
    ...(report.tables ?? []).flatMap(({ title, rows }) => ["", title, ...alignColumns(tableCells(rows))]),
    ...report.missing.flatMap((peer) => ["", `${peer.product} was not measured: ${peer.reason}`, `  ${peer.install}`]),
  ].join("\n");
}

/** @param {readonly import("./types.js").Summary[]} summaries */
function summaryRows(summaries) {
  return summaries.map((row) => ({
    system: row.product,
    setting: row.setting,
    version: row.version || undefined,
    "median s": row.medianSeconds.toFixed(3),
    "CPU s": row.medianCpuSeconds?.toFixed(3),
    "range s": `${Math.min(...row.seconds).toFixed(3)} to ${Math.max(...row.seconds).toFixed(3)}`,
    rounds: row.seconds.length,
    "loss at the end": row.loss?.toFixed(4),
    ratio: row.starcastTimesAsFast && `Starcast ${row.starcastTimesAsFast.toFixed(2)}x as fast`,
  }));
}

/**
 * A line of column names, then the cells; numbers with three significant digits. A column without a cell is left out.
 *
 * @param {import("./types.js").Table["rows"]} rows
 */
function tableCells(rows) {
  const named = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = named.filter((column) => rows.some((row) => row[column] !== undefined));
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
