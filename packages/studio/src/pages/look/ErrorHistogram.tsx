import { useMemo } from "preact/hooks";
import { score, signed } from "../../parts/numbers.js";
import { ErrorBars } from "./ErrorBars.js";

/** Bars of the histogram. */
const barCount = 32;

/** Errors of all rows; which rows are shown is chosen by dragging over the bars, or with two handles. */
export function ErrorHistogram(props: {
  readonly errors: Float64Array;
  readonly chosen: readonly [number, number] | undefined;
  readonly onChoose: (range: readonly [number, number] | undefined) => void;
}) {
  const { errors, chosen, onChoose } = props;
  const { bars, limit, most } = useMemo(() => histogramOf(errors), [errors]);
  const [low, high] = chosen ?? [-limit, limit];
  const step = (2 * limit) / barCount;
  const setRange = (from: number, to: number) =>
    onChoose(from <= -limit && to >= limit ? undefined : [Math.min(from, to), Math.max(from, to)]);
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">Errors</h2>
      <p class="quiet">
        Prediction less truth: left of the middle the model was too low. Drag over the bars to choose rows, or move the
        handles.
      </p>
      <ErrorBars
        bars={bars}
        limit={limit}
        most={most}
        low={low}
        high={high}
        isChosen={chosen !== undefined}
        onBrush={setRange}
      />
      <div class="range">
        {([low, high] as const).map((value, index) => (
          <label key={index === 0 ? "low" : "high"}>
            {index === 0 ? "from" : "to"} {signed(value)}
            <input
              type="range"
              min={-limit}
              max={limit}
              step={step / 2}
              value={value}
              onInput={({ currentTarget }) => {
                const moved = Number(currentTarget.value);
                if (index === 0) setRange(moved, high);
                else setRange(low, moved);
              }}
            />
          </label>
        ))}
      </div>
      <p class="quiet">Half of the rows are off by at most {score(medianOf(errors), 2)}.</p>
    </section>
  );
}

function histogramOf(errors: Float64Array): { bars: number[]; limit: number; most: number } {
  const limit = errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0.1);
  const bars = Array<number>(barCount).fill(0);
  for (const error of errors) {
    bars[Math.min(barCount - 1, Math.floor(((error + limit) / (2 * limit)) * barCount))]++;
  }
  return { bars, limit, most: Math.max(1, ...bars) };
}

function medianOf(errors: Float64Array): number {
  const sorted = errors.map(Math.abs).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
