import { useEffect, useRef } from "preact/hooks";

/** Height of a unit's line and room for a column, in pixels of the page. */
const lineHeight = 5;
const widest = 64;

/** Values over words and units as colours; a click chooses a word. What a column says is told in words beside it. */
export function HeatMap(props: {
  readonly label: string;
  /** [steps][units] */
  readonly values: Float32Array;
  readonly units: number;
  readonly steps: number;
  /** Gates go from 0 to 1, states from below to above 0. */
  readonly kind: "gate" | "state";
  readonly step: number;
  readonly onStep: (step: number) => void;
}) {
  const { label, values, units, steps, kind, step, onStep } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element) paint(element, { values, units, steps, kind });
  }, [values, units, steps, kind]);
  return (
    <div class="heat" style={{ maxWidth: `${steps * widest}px`, height: `${units * lineHeight}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onClick={({ offsetX, currentTarget }) => onStep(Math.floor((offsetX / currentTarget.clientWidth) * steps))}
      />
      <span class="column" style={{ left: `${(100 * step) / steps}%`, width: `${100 / steps}%` }} aria-hidden="true" />
    </div>
  );
}

/** One pixel a value; the style stretches it without smoothing. */
function paint(
  canvas: HTMLCanvasElement,
  { values, units, steps, kind }: { values: Float32Array; units: number; steps: number; kind: "gate" | "state" },
): void {
  canvas.width = steps;
  canvas.height = units;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(steps, units);
  const most = kind === "gate" ? 1 : values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0.01);
  for (let at = 0; at < steps; at++) {
    for (let unit = 0; unit < units; unit++) {
      const value = values[at * units + unit];
      const [red, green, blue] = kind === "gate" ? [200, 100, 20] : value < 0 ? [200, 50, 40] : [30, 135, 75];
      image.data.set([red, green, blue, Math.round((255 * Math.abs(value)) / most)], 4 * (unit * steps + at));
    }
  }
  context.putImageData(image, 0, 0);
}
