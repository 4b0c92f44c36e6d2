/**
 * A report as lines for a terminal.
 *
 * @param {import("./types.js").Report} report
 * @returns {string}
 */
export function formatReport(report) {
  const { machine } = report;
  const rows = report.summaries.map((row) => [
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
  const header = ["system", "setting", "version", "median s", "CPU s", "range s", "rounds", "loss at the end", "ratio"];
  const disturbed =
    machine.loadBefore > 0.25
      ? " (other work was running: take the processor time and the ratio, not the seconds)"
      : "";
  return [
    `${report.benchmark}: ${report.work}`,
    `data: ${report.data}`,
    `machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    `load before: ${machine.loadBefore}${disturbed}`,
    "",
    ...alignColumns([header, ...rows]),
    ...report.missing.flatMap((peer) => ["", `${peer.product} was not measured: ${peer.reason}`, `  ${peer.install}`]),
  ].join("\n");
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
