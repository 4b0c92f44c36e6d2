import { type DoneEvent, type Examination, type Label, type Task, train } from "@starcast/core";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLabelledTexts } from "../data/readTexts.js";
import { temporaryFolder } from "../testing/harness.js";
import { type ReportInput, reportPage } from "./html/index.js";
import { reportOnRows, reportOnRun } from "./modelReport.js";

const files = temporaryFolder();
afterAll(() => files.remove());

const words = ["awful", "poor", "fair", "good", "superb"];
/** Reviews whose words tell the rating, with markup in the texts and in the name and values of a column. */
const csv = (count: number, labelOf: (row: number) => Label) =>
  `review,rating,"shop <b>"\n${Array.from(
    { length: count },
    (_, row) =>
      `"a ${words[row % 5]} <script>alert(${row % 7})</script> & thing ${row % 50}${row % 3 === 0 ? ", not bad?" : ""}",${labelOf(row)},<i>${row % 2}</i>`,
  ).join("\n")}\n`;

async function trained(name: string, content: string, task: Task) {
  const main = await openLabelledTexts([files.write(name, content)], { task });
  const network = { epochs: 1, batchSize: 32, maxLength: 12 };
  let done: DoneEvent | undefined;
  for await (const event of train(main.rows, { task, testFraction: 0.3, keepDuplicates: true, ...network })) {
    if (event.type === "done") done = event;
  }
  if (!done) throw new Error("no model");
  return { main, done };
}

const sectionsOf = (html: string) =>
  [...parseHTML(html).document.querySelectorAll("section")].map((section) => section.getAttribute("id"));

describe("the report of a training run", () => {
  let run: Awaited<ReturnType<typeof trained>>;
  let html = "";
  let examination: Examination;
  beforeAll(async () => {
    run = await trained(
      "reviews.csv",
      csv(400, (row) => (row % 5) + 1),
      "rating",
    );
    ({ html, examination } = await reportOnRun(run.done, { main: run.main }, { name: "my <model>" }));
  });
  afterAll(() => run.done.model.dispose());

  it("looks at exactly the rows of the test part, and finds again what was measured on it", () => {
    const { metrics } = run.done;
    expect(examination).toMatchObject({ part: "test", partRows: metrics.dataset.test, rows: metrics.dataset.test });
    const measured = metrics.test && "rmse" in metrics.test ? metrics.test.rmse : Number.NaN;
    expect(examination.slices.error).toBeCloseTo(measured, 6);
  });

  it("finds the extra column's slices and the texts that training rows repeat", () => {
    expect(examination.slices.slices.some(({ column }) => column === "shop <b>")).toBe(true);
    expect(examination.alarms.map(({ kind }) => kind)).toContain("duplicates");
  });

  it("has every section", () => {
    const all = "result alarms training errors calibration slices stress worst data settings".split(" ");
    expect(sectionsOf(html)).toEqual(expect.arrayContaining(all));
  });

  it("is one small file that runs and loads nothing, whatever the texts hold", () => {
    const { document } = parseHTML(html);
    expect(html.length).toBeLessThan(1_000_000);
    expect(document.querySelectorAll("script, link, img, iframe, object, form, b b, i i")).toHaveLength(0);
    expect(html).not.toMatch(/(?:src|href)="(?!#)|url\((?!#)|@import/);
    expect(document.querySelector("h1")?.textContent).toBe("my <model>");
    // A word may be marked.
    expect(html).toMatch(/&lt;(<mark[^>]*>)?script(<\/mark>)?&gt;alert\(/);
  });

  it("names every chart and table for those who cannot see them", () => {
    const { document } = parseHTML(html);
    const charts = [...document.querySelectorAll("svg")];
    expect(charts.length).toBeGreaterThan(4);
    for (const chart of charts) {
      expect(chart.getAttribute("role")).toBe("img");
      const [title, description] = (chart.getAttribute("aria-labelledby") ?? "").split(" ");
      expect(document.getElementById(title)?.textContent).toMatch(/\w/);
      expect(document.getElementById(description)?.textContent).toMatch(/\w/);
    }
    for (const table of document.querySelectorAll("table"))
      expect(table.querySelector("caption")?.textContent).toMatch(/\w/);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.getAttribute("id"));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("holds no markup but its own, whatever names, labels and findings are made of", () => {
    const nasty = fc
      .array(
        fc.constantFrom(
          "<",
          ">",
          '"',
          "'",
          "&",
          "<script>",
          "</title>",
          "</svg>",
          "<img src=x onerror=y>",
          "a",
          "\0",
          "\u202e",
        ),
        { maxLength: 6 },
      )
      .map((pieces) => pieces.join(""));
    const own = shapeOf(html);
    fc.assert(
      fc.property(nasty, (text) => {
        const page = reportPage(withText(text));
        const { document } = parseHTML(page);
        expect(document.querySelectorAll("script, img")).toHaveLength(0);
        expect([...document.querySelectorAll("*")].some((each) => each.hasAttribute("onerror"))).toBe(false);
        expect(shapeOf(page)).toEqual(own);
      }),
      { numRuns: 8 },
    );
  });

  /** Names of the elements that a page has. */
  function shapeOf(page: string): string[] {
    return [...new Set([...parseHTML(page).document.querySelectorAll("*")].map(({ localName }) => localName))].sort();
  }

  /** The report's input with a text in every place that comes from the data. */
  function withText(text: string): ReportInput {
    const { metrics, model } = run.done;
    const { slices } = examination;
    const labels = [1, 2, 3, 4, 5].map((rating) => `${rating}${text}`);
    return {
      name: text,
      metrics,
      measures: metrics.test ?? metrics.validation,
      scale: { ...model.scale, labels } as ReportInput["scale"],
      data: { sources: [text], text: [text], label: text },
      examination: {
        ...examination,
        slices: { ...slices, slices: slices.slices.map((slice) => ({ ...slice, name: `${slice.name}${text}` })) },
        alarms: examination.alarms.map((alarm) => ({ ...alarm, finding: text, advice: text })),
        worst: examination.worst.map((each) => ({ ...each, text })),
      },
      made: { at: new Date(0), version: text, engine: text, system: text },
    };
  }
});

describe("the report of another task", () => {
  it.each<[Task, (row: number) => Label]>([
    ["class", (row) => words[row % 5]],
    ["number", (row) => (row % 5) * 12.25],
  ])("%s shows what there is to be shown", async (task, labelOf) => {
    const { main, done } = await trained(`${task}.csv`, csv(300, labelOf), task);
    const { html, examination } = await reportOnRun(done, { main }, { name: task });
    done.model.dispose();
    expect(sectionsOf(html)).toEqual(
      expect.arrayContaining(["result", "alarms", "training", "errors", "slices", "data"]),
    );
    expect(examination.slices.measure).toBe(task === "class" ? "wrong" : "RMSE");
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("the report on other rows", () => {
  it("takes all of them as held out", async () => {
    const { done } = await trained(
      "first.csv",
      csv(100, (row) => (row % 5) + 1),
      "rating",
    );
    const source = await openLabelledTexts(
      [
        files.write(
          "other.csv",
          csv(60, (row) => (row % 5) + 1),
        ),
      ],
      { purpose: "evaluate" },
    );
    const measures = done.model.evaluate([{ text: "a good thing", label: 4 }]);
    const { html, examination } = await reportOnRows(done.model, source, { name: "other", measures });
    done.model.dispose();
    expect(examination).toMatchObject({ part: "given", rows: 60, partRows: 60 });
    expect(html).toContain("rows that were given");
  });
});
