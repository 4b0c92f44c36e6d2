import type * as PlotModule from "@observablehq/plot";
import { useEffect, useRef, useState } from "preact/hooks";

/** What draws with. */
export type Plot = typeof PlotModule;

/** A chart is drawn anew at most so often, in milliseconds: while a model learns, the processor has better things to do. */
const betweenDrawings = 1000;

/** Width on paper in pixels: A4 or Letter, upright. */
const paperWidth = 640;

let loaded: Promise<Plot> | undefined;

/** The drawing library, loaded with the first chart. */
function loadPlot(): Promise<Plot> {
  loaded ??= import("@observablehq/plot");
  return loaded;
}

/**
 * A chart by Observable Plot, drawn anew when `draw` changes or there is more or less room. Its numbers should be told
 * beside it in another way as well: `label` only says what it shows.
 */
export function Chart(props: {
  readonly label: string;
  /** Keep it the same function as long as the data is the same. */
  readonly draw: (plot: Plot, width: number) => Element;
  /** Of the chart in pixels, so that the page does not jump when it is drawn. */
  readonly height: number;
}) {
  const { label, draw, height } = props;
  const place = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<Plot>();
  const [width, setWidth] = useState(0);
  const lastDrawn = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    let isGone = false;
    void loadPlot().then((found) => {
      if (!isGone) setPlot(found);
    });
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    if (place.current) observer.observe(place.current);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    if (plot === undefined || width === 0) return;
    const paint = (room = width) => {
      lastDrawn.current = performance.now();
      place.current?.replaceChildren(named(draw(plot, room), label));
    };
    const timer = setTimeout(paint, lastDrawn.current + betweenDrawings - performance.now());
    // Drawn for the screen and scaled to paper, letters would be too small to read.
    const forPaper = () => paint(Math.min(width, paperWidth));
    const forScreen = () => paint();
    addEventListener("beforeprint", forPaper);
    addEventListener("afterprint", forScreen);
    return () => {
      clearTimeout(timer);
      removeEventListener("beforeprint", forPaper);
      removeEventListener("afterprint", forScreen);
    };
  }, [plot, width, draw, label]);
  return <div class="chart" ref={place} style={{ minHeight: `${height}px` }} />;
}

/** The chart as one picture with a name, and without what the page's policy allows no chart to bring along. */
function named(chart: Element, label: string): Element {
  // What the library would write there is in charts.css.
  for (const style of chart.querySelectorAll("style")) style.remove();
  // One name for the whole, instead of "line" and "dot" for its parts.
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  const svg = chart.matches("svg") ? chart : chart.querySelector("svg");
  svg?.setAttribute("role", "img");
  svg?.setAttribute("aria-label", label);
  return chart;
}
