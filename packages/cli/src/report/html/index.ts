/** A model's report as one HTML file that needs nothing else: no network, no script. */
import { alarmSection } from "./alarmSection.js";
import { calibrationSection } from "./calibrationSection.js";
import { dataSection, settingsSection } from "./dataSections.js";
import { errorSection } from "./errorSection.js";
import type { ReportInput } from "./input.js";
import { html, Markup } from "./markup.js";
import { partNames, resultSection } from "./resultSection.js";
import { sliceSection } from "./sliceSection.js";
import { stressSection } from "./stressSection.js";
import { style } from "./style.js";
import { trainingSection } from "./trainingSection.js";
import { wordSection, worstSection } from "./wordSections.js";

export type { ReportInput } from "./input.js";

/** Sections in the order of the page, with what the list of contents calls them. */
const sections: readonly [id: string, title: string, make: (input: ReportInput) => Markup | undefined][] = [
  ["result", "Result", resultSection],
  ["alarms", "Alarms", alarmSection],
  ["training", "Training", trainingSection],
  ["errors", "Errors", errorSection],
  ["calibration", "Calibration", calibrationSection],
  ["slices", "Slices", sliceSection],
  ["stress", "Stress suite", stressSection],
  ["words", "Words", wordSection],
  ["worst", "Largest errors", worstSection],
  ["data", "Data", dataSection],
  ["settings", "Settings", settingsSection],
];

/** The page's own style is all that it may load: nothing from anywhere, and no code. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Makes the report. Everything that comes from the data is escaped. */
export function reportPage(input: ReportInput): string {
  const made = sections.flatMap(([id, title, make]) => {
    const content = make(input);
    return content === undefined ? [] : [{ id, title, content }];
  });
  const { name, examination } = input;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}: how good it is</title>
<style>${new Markup(style.replace(/\n/g, ""))}</style>
</head>
<body>
<header>
<h1 dir="auto">${name}</h1>
<p class="quiet">How good the model is on ${partNames[examination.part]}, and where it is not.</p>
<nav aria-label="Contents"><ul>${made.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${made.map(({ content }) => content)}
</main>
<footer>Made by Starcast ${input.made.version}. The file holds texts of your data; it loads nothing and sends nothing.</footer>
</body>
</html>
`;
  return page.source;
}
