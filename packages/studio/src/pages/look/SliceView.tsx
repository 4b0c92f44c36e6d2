import type { Slice, SliceReport } from "@starcast/core";
import { useCallback } from "preact/hooks";
import { Chart, type Plot } from "../../charts/Chart.js";
import { count, score, signed } from "../../parts/numbers.js";

/** Slices that are drawn. */
const mostDrawn = 24;
const lineHeight = 22;

const verdicts: Readonly<Record<Slice["verdict"], string>> = {
  worse: "worse than the others",
  better: "better than the others",
  unclear: "",
};

/** How the model does on parts of the rows, and where it is worse by more than chance. */
export function SliceView({ report }: { readonly report: SliceReport }) {
  const { slices, measure, error } = report;
  const shown = slices.slice(0, mostDrawn);
  const draw = useCallback((plot: Plot, width: number) => drawSlices(plot, width, shown, error), [report]);
  if (shown.length === 0) return null;
  const name = measure === "RMSE" ? "RMSE" : "share of wrong answers";
  return (
    <section aria-labelledby="slices">
      <h2 id="slices">Slices</h2>
      <p class="quiet">
        {name} on parts of the rows with 95 % intervals; dashed: all rows. Called worse only when it is so by more than
        chance, the number of slices considered.
      </p>
      <Chart label={`${name} of each slice`} draw={draw} height={shown.length * lineHeight + 40} />
      <details class="quiet">
        <summary>The numbers</summary>
        <div class="scroll" role="region" aria-label="Table of slices" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">slice</th>
                <th scope="col">rows</th>
                <th scope="col">{measure}</th>
                <th scope="col">bias</th>
                <th scope="col">verdict</th>
              </tr>
            </thead>
            <tbody>
              {slices.map((slice) => (
                <tr key={nameOf(slice)}>
                  <th scope="row" dir="auto">
                    {nameOf(slice)}
                  </th>
                  <td>{count(slice.rows)}</td>
                  <td>{score(slice.error)}</td>
                  <td>{slice.bias === undefined ? "–" : signed(slice.bias)}</td>
                  <td>{verdicts[slice.verdict]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function nameOf({ column, name }: Slice): string {
  return column === undefined ? name : `${column}: ${name}`;
}

function drawSlices(plot: Plot, width: number, slices: readonly Slice[], all: number): Element {
  const marks = slices.map((slice) => ({
    name: nameOf(slice),
    error: slice.error,
    low: slice.errorInterval[0],
    high: slice.errorInterval[1],
    colour: { worse: "var(--bad)", better: "var(--good)", unclear: "var(--bar)" }[slice.verdict],
  }));
  const longest = Math.max(...marks.map(({ name }) => name.length));
  const marginLeft = Math.min(0.45 * width, 16 + 6.4 * longest);
  const most = Math.floor((marginLeft - 16) / 6.4);
  return plot.plot({
    width,
    height: slices.length * lineHeight + 40,
    marginLeft,
    marginBottom: 34,
    x: { label: null, grid: true, nice: true },
    y: {
      label: null,
      domain: marks.map(({ name }) => name),
      tickSize: 0,
      tickFormat: (name: string) => (name.length > most ? `${name.slice(0, most - 1)}…` : name),
    },
    marks: [
      plot.ruleX([all], { stroke: "var(--quiet)", strokeDasharray: "5 4" }),
      plot.ruleY(marks, { x1: "low", x2: "high", y: "name", stroke: "colour", strokeWidth: 2 }),
      plot.dot(marks, { x: "error", y: "name", fill: "colour", r: 4 }),
    ],
  });
}
