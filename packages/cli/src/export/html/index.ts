/** A model as one HTML page that needs nothing else: no server, no network, no Starcast. */
import { memoryFolder, type RatingModel } from "@starcast/core";
import { escapeHtml } from "../../html.js";
import { pageProgram, pageProgramHash, pageStyle, pageStyleHash } from "./page.generated.js";

/** What predicting needs; how the training went stays out of the page. */
const embedded = ["config.json", "vocabulary.txt", "model.safetensors"];

/**
 * The page: a box to type in, the rating, the probability of each label, and the words that the model does not know.
 *
 * Its content security policy allows its own program and style, by their hashes, and nothing else: no connection to
 * anywhere, and no code that a model could bring along.
 *
 * @param name what the page calls the model.
 */
export async function htmlPage(model: RatingModel, name: string): Promise<Uint8Array> {
  const saved = memoryFolder();
  await model.save(saved);
  const blocks = embedded.map((file) => {
    const bytes = saved.files.get(file) as Uint8Array;
    return `<script type="application/octet-stream" data-file="${file}">${base64Of(bytes)}</script>`;
  });
  const policy = [
    "default-src 'none'",
    `script-src '${pageProgramHash}' 'wasm-unsafe-eval'`,
    `style-src '${pageStyleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return new TextEncoder().encode(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}: rate a text</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1 dir="auto">${escapeHtml(name)}</h1>
<p class="quiet">${escapeHtml(factsOf(model))}</p>
<label for="text">A text to rate</label>
<textarea id="text" dir="auto" spellcheck="false" aria-describedby="hint" disabled></textarea>
<noscript><p id="no-script">This page rates texts with a program of its own: please allow it to run scripts.</p></noscript>
<p id="problem" role="alert" hidden></p>
<p id="hint" class="quiet">The rating appears as you type.</p>
<section id="result" aria-label="Result">
<div id="answer" hidden>
<p id="rating"><span id="number" dir="auto"></span> <span id="scale" class="quiet"></span></p>
<ul id="bars" aria-label="Probability of each label"></ul>
<p id="cut" class="quiet"></p>
<div id="unknown"><h2>Words that the model does not know</h2><ul id="unknown-words"></ul></div>
</div>
</section>
<p id="told" class="for-screen-readers" role="status" aria-live="polite"></p>
<footer class="quiet">The model is part of this page and runs in your browser. Nothing that you type leaves it.</footer>
</main>
${blocks.join("\n")}
<script>${pageProgram}</script>
</body>
</html>
`);
}

/** Bytes that are encoded at once: a multiple of 3, so that the pieces join without padding. */
const pieceBytes = 3 * 4096;

/** Base64, without Node, since the studio makes this page in a browser. */
function base64Of(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(start, start + pieceBytes))));
  }
  return pieces.join("");
}

function factsOf({ config, vocabulary }: RatingModel): string {
  const { rows } = config.training;
  const trained = rows > 0 ? ` trained on ${rows.toLocaleString("en-US")} texts` : "";
  return `A recurrent network${trained} that knows ${vocabulary.keptTokens.toLocaleString("en-US")} words. On texts of another kind than it was trained on, its answers mean little.`;
}
