import type { RatingScale } from "@starcast/core";
import { score } from "../numbers.js";
import { unitOf } from "../units.js";
import { html, type Markup, type Part } from "./markup.js";

/** A section of the page with its heading. */
export function section(id: string, title: string, ...content: readonly Part[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>${content}</section>`;
}

/** A chart with its caption; the numbers behind it can be unfolded. */
export function figure(title: string, chart: Markup, note?: Part, numbers?: Markup): Markup {
  return html`<figure><figcaption><strong>${title}</strong>${note && html`<span>${note}</span>`}</figcaption>${chart}${
    numbers && html`<details><summary>The numbers</summary>${numbers}</details>`
  }</figure>`;
}

/** A table; the first cell of each row is its heading, the others are numbers unless they are markup. */
export function dataTable(caption: string, head: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${head.map(
    (cell) => html`<th scope="col">${cell}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([first, ...others]) => html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** "0.641 (0.612 to 0.670)". */
export function withInterval(
  value: number,
  interval: readonly [number, number] | undefined,
  show: (value: number) => string = score,
): string {
  return interval === undefined ? show(value) : `${show(value)} (${show(interval[0])} to ${show(interval[1])})`;
}

/** A number with its sign: "+0.120", "−0.041". */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${score(Math.abs(value))}`;
}

/** The unit of errors as a word. */
export function unit(scale: RatingScale): string {
  return scale.task === "number" ? "the unit of the numbers" : unitOf(scale);
}

/** A value of the scale as people wrote it: the label for ratings that are words. */
export function nameOfValue(value: number, scale: RatingScale): string {
  if (scale.task === "rating") {
    const label = scale.labels[scale.values.indexOf(value)];
    if (label !== undefined) return String(label);
  }
  return Number(value.toPrecision(6)).toString();
}
