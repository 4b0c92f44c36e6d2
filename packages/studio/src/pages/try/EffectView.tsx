import type { Explanation, RatingScale, Reading } from "@starcast/core";
import { useCallback } from "preact/hooks";
import { Chart, type Plot } from "../../charts/Chart.js";
import { MarkedText } from "../../parts/MarkedText.js";
import { score, signed } from "../../parts/numbers.js";
import { unitOf } from "../../parts/units.js";

/** Why: the effect of each word, and the answer after every word as the network reads. */
export function EffectView(props: {
  readonly explanation: Explanation;
  readonly readings: readonly Reading[];
  readonly scale: RatingScale;
}) {
  const { explanation, readings, scale } = props;
  const { words, baseline, value, completeness } = explanation;
  const unit = unitOf(scale);
  const draw = useCallback(
    (plot: Plot, width: number) => drawReadings(plot, width, explanation, readings),
    [explanation, readings],
  );
  const strongest = words.toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, 12);
  return (
    <section aria-labelledby="why">
      <h2 id="why">Why</h2>
      <MarkedText explanation={explanation} />
      <p class="quiet">
        Each word is coloured by its effect in {unit}: <span class="up s3">raises</span>{" "}
        <span class="down s3">lowers</span>. A text of as many average words gets {score(baseline, 2)}, this one{" "}
        {score(value, 2)}; the effects add up to the difference but for {score(Math.abs(completeness.error), 4)}.
      </p>
      <div class="columns">
        <figure>
          <figcaption>The answer after every word, as the network reads</figcaption>
          <Chart label="The answer after every word" draw={draw} height={220} />
        </figure>
        <div class="scroll" role="region" aria-label="Effects of words" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">word</th>
                <th scope="col">effect, {unit}</th>
              </tr>
            </thead>
            <tbody>
              {strongest.map((word) => (
                <tr key={word.start}>
                  <th scope="row" dir="auto">
                    {word.text}
                    {!word.known && <span class="quiet"> (unknown)</span>}
                  </th>
                  <td>{signed(word.effect)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}

function drawReadings(plot: Plot, width: number, { words, text }: Explanation, readings: readonly Reading[]): Element {
  const names = new Map(words.map((word) => [word.end, text.slice(word.start, word.end)]));
  const points = readings.map(({ end, value }, index) => ({ index: index + 1, value, word: names.get(end) ?? "" }));
  const few = points.length <= Math.max(4, width / 60);
  return plot.plot({
    width,
    height: 220,
    marginBottom: few ? 46 : 34,
    x: {
      label: few ? null : "words read",
      type: few ? "point" : "linear",
      ...(few && {
        tickFormat: (index: number) => points[index - 1]?.word ?? "",
        tickRotate: -28,
      }),
    },
    y: { label: null, grid: true, nice: true, zero: false },
    marks: [
      plot.line(points, { x: "index", y: "value", stroke: "var(--accent)", strokeWidth: 2, curve: "monotone-x" }),
      plot.dot(points, {
        x: "index",
        y: "value",
        fill: "var(--accent)",
        r: 3.5,
        title: ({ word, value }: { word: string; value: number }) => `${word}: ${value.toFixed(2)}`,
      }),
    ],
  });
}
