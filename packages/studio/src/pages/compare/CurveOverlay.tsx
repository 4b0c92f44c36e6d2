import { useCallback } from "preact/hooks";
import { Chart, type Plot } from "../../charts/Chart.js";
import type { Run } from "../../protocol.js";

/** Lines that differ in colour and in dashes. */
const strokes = [
  { colour: "var(--accent)", dashes: "none" },
  { colour: "var(--good)", dashes: "6 3" },
  { colour: "var(--quiet)", dashes: "2 3" },
  { colour: "var(--bad)", dashes: "10 4 2 4" },
] as const;

/** The validation error of several runs, after each epoch. */
export function CurveOverlay({ runs }: { readonly runs: readonly Run[] }) {
  const isClass = runs.some(({ metrics }) => metrics.task === "class");
  const draw = useCallback(
    (plot: Plot, width: number) => drawCurves(plot, width, runs, isClass),
    [runs.map(({ id }) => id).join()],
  );
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      <figure>
        <figcaption>
          {isClass ? "Macro F1, higher is better" : "RMSE, lower is better"}, on the validation rows after each epoch
        </figcaption>
        <Chart label="The runs' curves over epochs" draw={draw} height={260} />
      </figure>
    </section>
  );
}

function drawCurves(plot: Plot, width: number, runs: readonly Run[], isClass: boolean): Element {
  const lines = runs.map(({ name, metrics }, index) => ({
    name,
    ...strokes[index % strokes.length],
    points: metrics.epochs.map((record) => ({
      epoch: record.epoch,
      value: (isClass ? record.macroF1 : record.rmse) ?? Number.NaN,
      member: record.member ?? 1,
    })),
  }));
  return plot.plot({
    width,
    height: 260,
    marginLeft: 52,
    marginRight: 72,
    marginBottom: 40,
    x: { label: "epoch", tickFormat: "d", ticks: Math.min(8, Math.max(...lines.map(({ points }) => points.length))) },
    y: { label: null, grid: true, nice: true, zero: false },
    marks: lines.flatMap(({ name, colour, dashes, points }) => [
      plot.line(points, {
        x: "epoch",
        y: "value",
        z: "member",
        stroke: colour,
        strokeDasharray: dashes,
        strokeWidth: 2,
      }),
      plot.dot(points, { x: "epoch", y: "value", fill: colour, r: 3 }),
      plot.text(points.slice(-1), {
        x: "epoch",
        y: "value",
        text: () => name,
        textAnchor: "start",
        dx: 8,
        fill: colour,
      }),
    ]),
  });
}
