/**
 * Draws what a terminal shows as an SVG picture, for the README:
 *
 *     npx starcast train .starcast/sample.csv --members 1 --out m --force 2>&1 | node scripts/terminal-picture.mjs > docs/training.svg
 */
import { text } from "node:stream/consumers";

const lineHeight = 18;
const characterWidth = 8.43;
const margin = 20;

const escape = (line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const lines = (await text(process.stdin)).trimEnd().split("\n");
const width = Math.ceil(2 * margin + characterWidth * Math.max(...lines.map((line) => line.length)));
const height = 2 * margin + lineHeight * lines.length;

/** Headings begin in the first column; ticks and warnings have the colours that the terminal gives them. */
function colourOf(line) {
  if (/^\S/.test(line)) return "#ffffff";
  if (/^\s*✔/.test(line)) return "#7ee787";
  if (/^\s*⚠/.test(line)) return "#f2cc60";
  return "#c9d1d9";
}

const rows = lines.map(
  (line, row) =>
    `<text x="${margin}" y="${margin + lineHeight * (row + 0.75)}" fill="${colourOf(line)}" xml:space="preserve">${escape(line)}</text>`,
);
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join("\n")}
</svg>`);
