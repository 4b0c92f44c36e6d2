import type { ReportInput } from "./input.js";
import { html, type Markup } from "./markup.js";
import { section } from "./shared.js";

/** What spoils the model or flatters its result; that nothing rang is said too. */
export function alarmSection({ examination }: ReportInput): Markup {
  const { alarms } = examination;
  const looked =
    "Looked for: results worse than a baseline, the same answer for every row, training texts among the held-out rows, ratings written in the texts, and parts that differ from each other.";
  if (alarms.length === 0)
    return section("alarms", "Alarms", html`<p>No alarm rang. <span class="quiet">${looked}</span></p>`);
  return section(
    "alarms",
    "Alarms",
    html`<ul class="alarms">${alarms.map(({ finding, advice }) => html`<li><strong>⚠ ${finding}</strong> ${advice}</li>`)}</ul><p class="quiet">${looked}</p>`,
  );
}
