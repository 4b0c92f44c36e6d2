import { useMemo, useRef } from "preact/hooks";
import { count, score, signed } from "../../parts/numbers.js";

/** Bars of the histogram. */
const barCount = 32;
const size = { width: 400, height: 130 } as const;

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
      <Bars
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

/** The bars; dragging over them tells the stretch from where it began to where the pointer is, in whole bars. */
function Bars(props: {
  readonly bars: readonly number[];
  readonly limit: number;
  readonly most: number;
  readonly low: number;
  readonly high: number;
  readonly isChosen: boolean;
  readonly onBrush: (from: number, to: number) => void;
}) {
  const { bars, limit, most, low, high, isChosen, onBrush } = props;
  const began = useRef<number | undefined>(undefined);
  const step = (2 * limit) / barCount;
  const width = size.width / barCount;
  const edge = (bar: number) => (bar === barCount ? limit : -limit + bar * step);
  const brushTo = (bar: number) => {
    const first = began.current;
    if (first !== undefined) onBrush(edge(Math.min(first, bar)), edge(Math.max(first, bar) + 1));
  };
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label="Histogram of errors"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // The drag goes on where the pointer leaves the chart.
        event.currentTarget.setPointerCapture(event.pointerId);
        began.current = barAt(event);
      }}
      onPointerMove={(event) => {
        // A finger that scrolls the page crosses no bar.
        if (barAt(event) !== began.current) brushTo(barAt(event));
      }}
      onPointerUp={(event) => {
        brushTo(barAt(event));
        began.current = undefined;
      }}
      onPointerCancel={() => {
        began.current = undefined;
      }}
    >
      {isChosen && (
        <rect
          class="band"
          x={((low + limit) / step) * width}
          y="0"
          width={Math.max(0, ((high - low) / step) * width)}
          height={size.height}
        />
      )}
      {bars.map((rows, index) => {
        const from = -limit + index * step;
        const isIn = from + step / 2 >= low && from + step / 2 <= high;
        const height = (rows / most) * (size.height - 4);
        return (
          <rect
            key={from}
            class={isIn ? "in" : undefined}
            x={index * width + 0.5}
            y={size.height - height}
            width={width - 1}
            height={height}
          >
            <title>{`${signed(from)} to ${signed(from + step)}: ${count(rows)} rows`}</title>
          </rect>
        );
      })}
      <line x1={size.width / 2} x2={size.width / 2} y1="0" y2={size.height} />
    </svg>
  );
}

/** The bar below or above a pointer; the outermost ones beyond the chart. */
function barAt({ currentTarget, clientX }: PointerEvent): number {
  const { left, width } = (currentTarget as Element).getBoundingClientRect();
  return Math.min(barCount - 1, Math.max(0, Math.floor(((clientX - left) / width) * barCount)));
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
