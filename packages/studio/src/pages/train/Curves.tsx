import type { BaselineResults, EpochRecord, Evaluation } from "@starcast/core";
import { useCallback } from "preact/hooks";
import { Chart, type Plot } from "../../charts/Chart.js";
import { score } from "../../parts/numbers.js";
import type { LossPoint } from "../../store/progress.js";

const baselineNames = { mean: "mean", median: "median", majority: "most frequent", linear: "linear model" } as const;

/** A baseline's error, as a line to be crossed. */
interface Line {
  readonly name: string;
  readonly value: number;
}

/** Error and loss after each epoch; the error beside those of the baselines. */
export function Curves(props: {
  readonly records: readonly EpochRecord[];
  readonly losses: readonly LossPoint[];
  readonly baselines: BaselineResults | undefined;
  readonly plannedEpochs: number | undefined;
}) {
  const { records, losses, baselines, plannedEpochs } = props;
  const isClass = records[0]
    ? records[0].rmse === undefined
    : baselines?.linear !== undefined && !("rmse" in baselines.linear);
  const measure = isClass ? "macro F1" : "RMSE";
  const drawError = useCallback(
    (plot: Plot, width: number) => drawErrors(plot, width, { records, baselines, plannedEpochs, isClass }),
    [records, baselines, plannedEpochs, isClass],
  );
  const drawLosses = useCallback(
    (plot: Plot, width: number) => drawLoss(plot, width, { records, losses, plannedEpochs }),
    [records, losses, plannedEpochs],
  );
  return (
    <div class="columns">
      <figure>
        <figcaption>
          {measure} on the validation rows, after each epoch; dashed: the baselines, {isClass ? "higher" : "lower"} is
          better
        </figcaption>
        <Chart label={`${measure} by epoch`} draw={drawError} height={240} />
        <RecordTable records={records} isClass={isClass} />
      </figure>
      <figure>
        <figcaption>Loss: of every step (line) and of the validation rows (dots)</figcaption>
        <Chart label="Loss by epoch" draw={drawLosses} height={240} />
      </figure>
    </div>
  );
}

/** The same numbers for those who do not see the chart. */
function RecordTable({ records, isClass }: { readonly records: readonly EpochRecord[]; readonly isClass: boolean }) {
  if (records.length === 0) return null;
  return (
    <details class="quiet">
      <summary>The numbers</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">epoch</th>
            <th scope="col">{isClass ? "macro F1" : "RMSE"}</th>
            <th scope="col">loss in training</th>
            <th scope="col">loss in validation</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.epoch}>
              <th scope="row">{record.epoch}</th>
              <td>{score(isClass ? record.macroF1 : record.rmse)}</td>
              <td>{score(record.trainLoss)}</td>
              <td>{score(record.validationLoss)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function linesOf(baselines: BaselineResults | undefined, isClass: boolean): Line[] {
  if (baselines === undefined) return [];
  const names = isClass ? (["majority", "linear"] as const) : (["mean", "linear"] as const);
  return names.flatMap((name) => {
    const found: Evaluation | undefined = baselines[name];
    const value = isClass ? valueIn(found, "macroF1") : valueIn(found, "rmse");
    return value === undefined ? [] : [{ name: baselineNames[name], value }];
  });
}

function valueIn(evaluation: Evaluation | undefined, key: string): number | undefined {
  const value = (evaluation as unknown as Record<string, unknown> | undefined)?.[key];
  return typeof value === "number" ? value : undefined;
}

function drawErrors(
  plot: Plot,
  width: number,
  data: {
    readonly records: readonly EpochRecord[];
    readonly baselines: BaselineResults | undefined;
    readonly plannedEpochs: number | undefined;
    readonly isClass: boolean;
  },
): Element {
  const { records, baselines, isClass } = data;
  const lines = linesOf(baselines, isClass);
  const points = records.map((record) => ({
    epoch: record.epoch,
    value: (isClass ? record.macroF1 : record.rmse) ?? Number.NaN,
    member: record.member ?? 1,
  }));
  const last = Math.max(data.plannedEpochs ?? 1, ...records.map(({ epoch }) => epoch), 2);
  return plot.plot({
    width,
    height: 240,
    marginLeft: 52,
    marginRight: 92,
    marginBottom: 40,
    x: { label: "epoch", domain: [1, last], ticks: Math.min(last - 1, 8), tickFormat: "d" },
    y: { label: null, grid: true, nice: true, zero: false },
    marks: [
      plot.ruleY(lines, { y: "value", stroke: "var(--quiet)", strokeDasharray: "5 4" }),
      plot.text(lines, { x: last, y: "value", text: "name", textAnchor: "start", dx: 6, fill: "var(--quiet)" }),
      plot.line(points, { x: "epoch", y: "value", z: "member", stroke: "var(--accent)", strokeWidth: 2 }),
      plot.dot(points, { x: "epoch", y: "value", fill: "var(--accent)", r: 3.5 }),
    ],
  });
}

function drawLoss(
  plot: Plot,
  width: number,
  data: {
    readonly records: readonly EpochRecord[];
    readonly losses: readonly LossPoint[];
    readonly plannedEpochs: number | undefined;
  },
): Element {
  const { records, losses } = data;
  const last = Math.max(data.plannedEpochs ?? 1, ...records.map(({ epoch }) => epoch), 1);
  return plot.plot({
    width,
    height: 240,
    marginLeft: 52,
    marginBottom: 40,
    x: { label: "epochs done", domain: [0, last], ticks: Math.min(last, 8) },
    y: { label: null, grid: true, nice: true, zero: true },
    marks: [
      plot.line(losses, { x: "epoch", y: "loss", stroke: "var(--accent)", strokeOpacity: 0.6, strokeWidth: 1 }),
      plot.dot(records, { x: "epoch", y: "validationLoss", fill: "var(--ink)", r: 3.5 }),
    ],
  });
}
