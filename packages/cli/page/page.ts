/**
 * The program of an exported page: it takes the model out of the page itself, and rates what is typed. It runs in
 * browsers, from a disk too, and asks no server for anything. Everything that comes from the model is put into the page
 * as text, never as markup.
 */
import {
  createTokenizer,
  type LabelProbability,
  memoryFolder,
  type Prediction,
  RatingModel,
  type RatingScale,
} from "@starcast/core";

/** Pause in typing, in milliseconds, before a screen reader is told the result. */
const quietBeforeTelling = 800;

/** Labels that are shown with a bar. */
const mostBars = 30;

/** Unknown words that are listed. */
const mostUnknownWords = 50;

function element<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** The files of the model, base64 in blocks of data that no browser runs. */
function embeddedFiles(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-file]")) {
    const binary = atob(block.textContent);
    files.set(
      block.dataset.file ?? "",
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    );
    // The text is as large as the model, and not needed any more.
    block.remove();
  }
  return files;
}

async function start(): Promise<void> {
  const input = element<HTMLTextAreaElement>("text");
  const model = await RatingModel.load(memoryFolder(embeddedFiles()));
  const { tokenize } = createTokenizer(model.config.tokenizer);
  let telling: ReturnType<typeof setTimeout> | undefined;
  const rate = () => {
    clearTimeout(telling);
    element("told").textContent = "";
    const tokens = tokenize(input.value);
    const hasWords = tokens.some(isWord);
    element("answer").hidden = !hasWords;
    element("hint").hidden = hasWords;
    if (!hasWords) return;
    const prediction = model.predict(input.value);
    show(prediction, model.scale);
    const read = tokens.slice(0, model.config.maxLength);
    showUnknown(read.filter((token) => isWord(token) && !model.vocabulary.has(token)));
    showCut(prediction);
    telling = setTimeout(() => {
      element("told").textContent = inWords(prediction, model.scale);
    }, quietBeforeTelling);
  };
  input.disabled = false;
  input.addEventListener("input", rate);
  rate();
}

/** The article's tokenizer makes tokens of runs of spaces: they are no words. */
function isWord(token: string): boolean {
  return token.trim() !== "";
}

function show(prediction: Prediction, scale: RatingScale): void {
  const { rating, label, probabilities = [] } = prediction;
  element("number").textContent = rating === undefined ? String(label) : rating.toFixed(2);
  element("scale").textContent = scaleInWords(scale);
  const bars = element("bars");
  bars.hidden = probabilities.length === 0;
  for (const [index, { label: name, probability }] of likeliest(probabilities).entries()) {
    const row = (bars.children[index] as HTMLElement | undefined) ?? addBar(bars);
    const [title, track, share] = row.children as unknown as HTMLElement[];
    title.textContent = String(name);
    (track.firstElementChild as HTMLElement).style.width = `${100 * probability}%`;
    share.textContent = `${(100 * probability).toFixed(1)} %`;
    row.classList.toggle("likeliest", name === label);
  }
}

/** All probabilities in the order of the scale, or, of very many, the highest. */
function likeliest(probabilities: readonly LabelProbability[]): readonly LabelProbability[] {
  if (probabilities.length <= mostBars) return probabilities;
  return [...probabilities].sort((a, b) => b.probability - a.probability).slice(0, mostBars);
}

/** A label's name, its bar, and its share in figures. */
function addBar(list: HTMLElement): HTMLElement {
  const row = document.createElement("li");
  const [title, track, share] = ["span", "span", "span"].map((name) => document.createElement(name));
  title.className = "label";
  title.dir = "auto";
  track.className = "track";
  track.setAttribute("aria-hidden", "true");
  track.append(document.createElement("span"));
  share.className = "share";
  row.append(title, track, share);
  list.append(row);
  return row;
}

function scaleInWords(scale: RatingScale): string {
  if (scale.task === "class") return "most likely label";
  if (scale.task === "number") return "predicted number";
  const { labels, values } = scale;
  const end = (index: number) =>
    labels[index] === values[index] ? `${values[index]}` : `${values[index]} (${labels[index]})`;
  return `expected rating, from ${end(0)} to ${end(labels.length - 1)}`;
}

function inWords({ rating, label, probabilities }: Prediction, scale: RatingScale): string {
  const own = probabilities?.find((one) => one.label === label);
  const share = own === undefined ? "" : `, ${Math.round(100 * own.probability)} percent`;
  if (rating === undefined) return `Most likely ${label}${share}.`;
  return scale.task === "number"
    ? `Predicted number ${rating.toFixed(2)}.`
    : `Rating ${rating.toFixed(2)}. Most likely ${label}${share}.`;
}

function showUnknown(words: readonly string[]): void {
  const different = [...new Set(words)];
  const unknown = element("unknown");
  unknown.hidden = different.length === 0;
  const list = element("unknown-words");
  list.replaceChildren(
    ...different.slice(0, mostUnknownWords).map((word) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = word;
      return item;
    }),
  );
}

function showCut({ words, wordsRead }: Prediction): void {
  const cut = element("cut");
  cut.hidden = words <= wordsRead;
  cut.textContent = `The model reads the first ${wordsRead} words of a text; this one has ${words}.`;
}

start().catch((error: unknown) => {
  const problem = element("problem");
  problem.textContent = `This page cannot rate texts here. ${error instanceof Error ? error.message : String(error)}`;
  problem.hidden = false;
});
