/** The report's charts, drawn as SVG by Observable Plot, without a browser. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Markup } from "./markup.js";

/** What a chart is called, and what it tells those who cannot see it. */
export interface ChartNames {
  /** Unique in the page, of letters and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Wide enough for its labels and narrow enough for a phone, where one pixel of it is about one of the screen. */
const width = 380;

/**
 * Draws a chart. Colours are the page's own, so that they change with its theme; letters have the size of small print.
 */
export function draw(names: ChartNames, options: Plot.PlotOptions): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    width,
    marginLeft: 44,
    marginRight: 16,
    marginBottom: 36,
    style: { fontSize: "12px" },
    ...options,
    document: document as unknown as Document,
  });
  const { id, title, description } = names;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-description`);
  for (const [tag, content] of [
    ["desc", description],
    ["title", title],
  ] as const) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    element.setAttribute("id", `${id}-${tag === "desc" ? "description" : "title"}`);
    element.textContent = content;
    svg.insertBefore(element as unknown as Node, svg.firstChild);
  }
  return new Markup(svg.outerHTML);
}

/** A point with the interval around it. */
export interface Estimate {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Stands out by colour and shape. */
  readonly marked?: boolean;
}

/** Points with their intervals, one below the other, and a dashed line at the value of all rows. */
export function estimateChart(
  names: ChartNames,
  estimates: readonly Estimate[],
  options: { readonly unit: string; readonly reference?: number },
): Markup {
  const longest = Math.max(...estimates.map(({ name }) => name.length));
  return draw(names, {
    height: 44 + 24 * estimates.length,
    marginLeft: Math.min(170, 20 + 6.6 * longest),
    x: { label: options.unit, nice: true, grid: true },
    y: { label: null, domain: estimates.map(({ name }) => name), tickSize: 0 },
    marks: [
      ...(options.reference === undefined
        ? []
        : [Plot.ruleX([options.reference], { stroke: "currentColor", strokeDasharray: "4 3" })]),
      Plot.ruleY(estimates, { y: "name", x1: "low", x2: "high", stroke: "var(--accent)", strokeWidth: 2 }),
      Plot.dot(
        estimates.filter(({ marked }) => !marked),
        { x: "value", y: "name", fill: "var(--accent)", r: 4 },
      ),
      Plot.dot(
        estimates.filter(({ marked }) => marked),
        { x: "value", y: "name", fill: "var(--bad)", r: 6, symbol: "diamond" },
      ),
    ],
  });
}

/** One line of a chart of curves. */
export interface Curve {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** How the line is drawn, beside its colour. */
  readonly dashes?: string;
  readonly colour: string;
}

/** Curves over epochs, with horizontal lines for what they are held against; which are named. */
export function curveChart(
  names: ChartNames,
  curves: readonly Curve[],
  options: {
    readonly label: string;
    readonly levels?: readonly { readonly name: string; readonly value: number }[];
    /** The epochs whose weights were kept. */
    readonly kept?: readonly number[];
  },
): Markup {
  const { label, levels = [], kept = [] } = options;
  const drawn = curves.map((curve) => ({ ...curve, points: curve.points.filter(({ y }) => Number.isFinite(y)) }));
  const epochs = Math.max(1, ...drawn.flatMap(({ points }) => points.map(({ x }) => x)));
  return draw(names, {
    height: 260,
    marginTop: 30,
    x: { label: "epoch", domain: epochs === 1 ? [0, 2] : [1, epochs], ticks: Math.min(epochs, 8), tickFormat: "d" },
    y: { label, grid: true, nice: true },
    marks: [
      Plot.ruleX([...kept], { stroke: "currentColor", strokeOpacity: 0.4 }),
      ...levels.flatMap(({ name, value }) => [
        Plot.ruleY([value], { stroke: "currentColor", strokeDasharray: "2 4" }),
        Plot.text([name], { x: () => 1, y: () => value, frameAnchor: "left", textAnchor: "start", dy: -7, dx: 2 }),
      ]),
      ...drawn.flatMap(({ points, colour, dashes }) => [
        Plot.line(points, { x: "x", y: "y", stroke: colour, strokeWidth: 2, strokeDasharray: dashes }),
        Plot.dot(points, { x: "x", y: "y", fill: colour, r: epochs > 20 ? 1.5 : 3 }),
      ]),
    ],
  });
}

/** How often each label was taken for which, as shares of the true label: the darker, the more. */
export function confusionChart(
  names: ChartNames,
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
): Markup {
  const cells = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, answer) => ({
      truth: labels[truth],
      answer: labels[answer],
      share: total === 0 ? 0 : count / total,
      right: truth === answer,
    }));
  });
  const longest = Math.max(...labels.map((label) => label.length));
  const isSmall = labels.length <= 7;
  return draw(names, {
    height: 300,
    marginLeft: Math.min(130, 28 + 6.6 * longest),
    padding: 0.04,
    x: { label: "answer", domain: labels, tickRotate: longest > 3 ? -40 : 0, tickSize: 0 },
    y: { label: "truth", domain: labels, tickSize: 0 },
    ...(longest > 3 && { marginBottom: Math.min(110, 40 + 5 * longest) }),
    marks: [
      Plot.cell(cells, {
        x: "answer",
        y: "truth",
        fill: "var(--accent)",
        fillOpacity: ({ share }: { share: number }) => 0.05 + 0.6 * share,
      }),
      Plot.cell(
        cells.filter(({ right }) => right),
        { x: "answer", y: "truth", stroke: "currentColor", strokeOpacity: 0.6, fill: "none" },
      ),
      ...(isSmall
        ? [
            Plot.text(cells, {
              x: "answer",
              y: "truth",
              text: ({ share }: { share: number }) => `${Math.round(share * 100)} %`,
            }),
          ]
        : []),
    ],
  });
}

/** What was predicted against what was true, with the diagonal on which both agree. */
export function agreementChart(
  names: ChartNames,
  points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[],
  options: { readonly x: string; readonly y: string; readonly domain: readonly [number, number] },
): Markup {
  const { domain } = options;
  return draw(names, {
    height: 300,
    x: { label: options.x, domain: [...domain], grid: true },
    y: { label: options.y, domain: [...domain], grid: true },
    clip: true,
    marks: [
      Plot.link([0], {
        x1: () => domain[0],
        y1: () => domain[0],
        x2: () => domain[1],
        y2: () => domain[1],
        stroke: "currentColor",
        strokeDasharray: "4 3",
      }),
      Plot.ruleX(
        points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)),
        { x: "x", y1: "low", y2: "high", stroke: "var(--accent)", strokeWidth: 2 },
      ),
      Plot.dot(points, { x: "x", y: "y", fill: "var(--accent)", r: 4 }),
    ],
  });
}

/** A bar for each name, of its length, with its share written behind it. */
export function barChart(
  names: ChartNames,
  bars: readonly { readonly name: string; readonly value: number; readonly shown: string; readonly marked?: boolean }[],
  options: { readonly label: string; readonly domain?: readonly [number, number] },
): Markup {
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const lowest = Math.min(0, ...bars.map(({ value }) => value));
  const highest = Math.max(0, ...bars.map(({ value }) => value));
  return draw(names, {
    height: 44 + 24 * bars.length,
    marginLeft: Math.min(170, 20 + 6.6 * longest),
    marginRight: 64,
    x: { label: options.label, domain: options.domain ? [...options.domain] : [lowest, highest], ticks: 4 },
    y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(bars, {
        x: "value",
        y: "name",
        fill: ({ marked }: { marked?: boolean }) => (marked ? "var(--bad)" : "var(--accent)"),
        fillOpacity: 0.75,
        insetTop: 2,
        insetBottom: 2,
      }),
      Plot.text(bars, {
        x: ({ value }: { value: number }) => Math.max(0, value),
        y: "name",
        text: "shown",
        textAnchor: "start",
        dx: 6,
      }),
      Plot.ruleX([0]),
    ],
  });
}
