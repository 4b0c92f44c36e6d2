import type { Examination, RatingScale } from "@starcast/core";
import { useCallback } from "preact/hooks";
import { Chart, type Plot } from "../../charts/Chart.js";
import { score } from "../../parts/numbers.js";

/** A point that should lie on the diagonal. */
interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Whether the model's numbers can be taken at their word. */
export function CalibrationView(props: { readonly examination: Examination; readonly scale: RatingScale }) {
  const { examination, scale } = props;
  const drawRatings = useCallback(
    (plot: Plot, width: number) =>
      drawAgreement(plot, width, ratingPoints(examination), ["predicted", "true, on average"]),
    [examination],
  );
  const drawSureness = useCallback(
    (plot: Plot, width: number) =>
      drawAgreement(plot, width, surenessPoints(examination), ["how sure", "how often right"]),
    [examination],
  );
  const { ratingCalibration, calibration } = examination;
  if (!ratingCalibration && !calibration) return null;
  return (
    <section aria-labelledby="calibration">
      <h2 id="calibration">Calibration</h2>
      <div class="columns">
        {ratingCalibration && ratingCalibration.length > 1 && scale.task !== "class" && (
          <figure>
            <figcaption>
              Groups of rows with about the same prediction: on the dashed line a prediction of 3.2 is 3.2 on average
            </figcaption>
            <Chart label="Predicted and true rating" draw={drawRatings} height={280} />
          </figure>
        )}
        {calibration && (
          <figure>
            <figcaption>
              Probability of the most likely label, and how often it is right; expected calibration error{" "}
              {score(calibration.expectedCalibrationError)} (with perfect probabilities chance would make it{" "}
              {score(calibration.chanceCalibrationError)})
            </figcaption>
            <Chart label="How sure, and how often right" draw={drawSureness} height={280} />
          </figure>
        )}
      </div>
    </section>
  );
}

function ratingPoints({ ratingCalibration = [] }: Examination): Point[] {
  return ratingCalibration.map(({ predicted, actual, standardError }) => {
    const half = Number.isFinite(standardError) ? 1.96 * standardError : 0;
    return { x: predicted, y: actual, low: actual - half, high: actual + half };
  });
}

function surenessPoints({ calibration }: Examination): Point[] {
  const bins = calibration?.bins.filter(({ rows }) => rows > 0) ?? [];
  return bins.map(({ confidence, accuracy, rows }) => {
    const half = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / rows);
    return { x: confidence, y: accuracy, low: Math.max(0, accuracy - half), high: Math.min(1, accuracy + half) };
  });
}

function drawAgreement(
  plot: Plot,
  width: number,
  points: readonly Point[],
  [x, y]: readonly [string, string],
): Element {
  const values = points.flatMap((point) => [point.x, point.low, point.high]);
  const ends = [Math.min(...values), Math.max(...values)];
  return plot.plot({
    width: Math.min(width, 420),
    height: 280,
    marginBottom: 40,
    x: { label: x, nice: true, grid: true },
    y: { label: y, nice: true, grid: true },
    marks: [
      plot.line(
        ends.map((end) => ({ x: end, y: end })),
        { x: "x", y: "y", stroke: "var(--quiet)", strokeDasharray: "5 4" },
      ),
      plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: "var(--accent)", strokeOpacity: 0.6 }),
      plot.dot(points, { x: "x", y: "y", fill: "var(--accent)", r: 4 }),
    ],
  });
}
