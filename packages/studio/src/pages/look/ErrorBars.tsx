/** The bars of the errors, over which one drags to choose rows. */
import { useRef } from "preact/hooks";
import { count, signed } from "../../parts/numbers.js";

const size = { width: 400, height: 130 } as const;

export interface ErrorBarsProps {
  /** Rows of each bar; the bars divide the stretch from -limit to limit. */
  readonly bars: readonly number[];
  readonly limit: number;
  /** Rows of the highest bar. */
  readonly most: number;
  /** The chosen stretch. */
  readonly low: number;
  readonly high: number;
  readonly isChosen: boolean;
  /** Told the stretch from where a drag began to where it is, in whole bars. */
  readonly onBrush: (from: number, to: number) => void;
}

export function ErrorBars(props: ErrorBarsProps) {
  const { bars, limit, low, high, isChosen } = props;
  const width = size.width / bars.length;
  const step = (2 * limit) / bars.length;
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label="Histogram of errors"
      {...useBrush(props)}
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
      {bars.map((_, index) => (
        <Bar key={index} index={index} {...props} />
      ))}
      <line x1={size.width / 2} x2={size.width / 2} y1="0" y2={size.height} />
    </svg>
  );
}

function Bar({ index, bars, limit, most, low, high }: ErrorBarsProps & { readonly index: number }) {
  const step = (2 * limit) / bars.length;
  const width = size.width / bars.length;
  const from = -limit + index * step;
  const isIn = from + step / 2 >= low && from + step / 2 <= high;
  const height = (bars[index] / most) * (size.height - 4);
  return (
    <rect
      class={isIn ? "in" : undefined}
      x={index * width + 0.5}
      y={size.height - height}
      width={width - 1}
      height={height}
    >
      <title>{`${signed(from)} to ${signed(from + step)}: ${count(bars[index])} rows`}</title>
    </rect>
  );
}

/** What the chart listens to so that one can drag over it. */
function useBrush({ bars, limit, onBrush }: ErrorBarsProps) {
  const began = useRef<number | undefined>(undefined);
  const edge = (bar: number) => (bar === bars.length ? limit : -limit + (bar * 2 * limit) / bars.length);
  const brushTo = (bar: number) => {
    const first = began.current;
    if (first !== undefined) onBrush(edge(Math.min(first, bar)), edge(Math.max(first, bar) + 1));
  };
  const end = () => {
    began.current = undefined;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      // The drag goes on where the pointer leaves the chart.
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      began.current = barAt(event, bars.length);
    },
    onPointerMove: (event: PointerEvent) => {
      // A finger that scrolls the page crosses no bar.
      if (barAt(event, bars.length) !== began.current) brushTo(barAt(event, bars.length));
    },
    onPointerUp: (event: PointerEvent) => {
      brushTo(barAt(event, bars.length));
      end();
    },
    onPointerCancel: end,
  };
}

/** The bar below or above a pointer; the outermost ones beyond the chart. */
function barAt({ currentTarget, clientX }: PointerEvent, bars: number): number {
  const { left, width } = (currentTarget as Element).getBoundingClientRect();
  return Math.min(bars - 1, Math.max(0, Math.floor(((clientX - left) / width) * bars)));
}
