/** Texts as JSON lines in, answers as JSON lines out, in order; no faster than the reader reads. */
import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { asServiceError, errorBody, ServiceError } from "./errors.js";
import type { ModelVersion } from "./modelVersion.js";
import type { TextProblem } from "./protocol.js";
import type { ServeSettings } from "./settings.js";

/** Texts that are given to the model together. */
const chunkTexts = 64;
/** Chunks on their way: while one is computed the next is read. */
const chunksAhead = 2;
const lineFeed = 0x0a;

export interface LinesOptions {
  readonly settings: ServeSettings;
  /** The version that answers now. @throws {ServiceError} when there is none any more. */
  version(): ModelVersion;
  readonly isGone: () => boolean;
  /** Closes the connection when the answer is out: what else arrives is not read. */
  hangUp(): void;
}

/** A line as it was read: a text, or what is wrong with it. */
interface Line {
  readonly number: number;
  readonly id?: string | number;
  readonly text?: string;
  readonly problem?: TextProblem;
}

/** The lines of an answer. */
export function answerLines(body: AsyncIterable<Buffer>, options: LinesOptions): Readable {
  // One chunk of lines an element: the stream asks for the next when what it has is sent.
  return Readable.from(answerChunks(body, options), { objectMode: false, highWaterMark: 1 << 16 });
}

/** Each answer goes out when it is there, while the next lines are read. */
async function* answerChunks(body: AsyncIterable<Buffer>, options: LinesOptions): AsyncGenerator<string> {
  const chunks = chunksOf(readLines(body, options));
  const answers: Promise<string>[] = [];
  let next: Promise<IteratorResult<Line[], undefined>> | undefined = quietly(chunks.next());
  while (next !== undefined || answers.length > 0) {
    const events: Promise<"lines" | "answer">[] = answers.slice(0, 1).map((answer) => answer.then(() => "answer"));
    if (next !== undefined && answers.length < chunksAhead) events.push(next.then(() => "lines"));
    if ((await Promise.race(events)) === "answer") {
      yield (await answers.shift()) as string;
      continue;
    }
    const read = (await next) as IteratorResult<Line[], undefined>;
    if (!read.done) answers.push(quietly(answerChunk(read.value, options)));
    next = read.done ? undefined : quietly(chunks.next());
  }
}

/** A promise that is looked at later: until then its failure is nobody's. */
function quietly<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/** Groups of lines; as many as there are at once, so that a slow sender has each answered as it comes. */
async function* chunksOf(groups: AsyncIterable<Line[]>): AsyncGenerator<Line[], undefined> {
  for await (const lines of groups) {
    for (let start = 0; start < lines.length; start += chunkTexts) yield lines.slice(start, start + chunkTexts);
  }
}

async function answerChunk(lines: readonly Line[], options: LinesOptions): Promise<string> {
  const texts = lines.flatMap(({ text }) => text ?? []);
  let version = "";
  let answers: readonly (string | TextProblem)[] = [];
  try {
    const model = options.version();
    version = model.version;
    if (texts.length > 0) answers = await model.ratings.submitWhenRoom(texts, options.isGone);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    answers = texts.map(() => error);
  }
  let next = 0;
  return lines.map((line) => `${answerLine(line, line.problem ?? answers[next++], version)}\n`).join("");
}

function answerLine({ number, id }: Line, answer: string | TextProblem, version: string): string {
  const head = `{"line":${number},${id === undefined ? "" : `"id":${JSON.stringify(id)},`}`;
  if (typeof answer === "string") return `${head}"version":"${version}","prediction":${answer}}`;
  const problem = answer instanceof ServiceError ? answer : asServiceError(answer, `Line ${number}`);
  return `${head}"error":${JSON.stringify(errorBody(problem).error)}}`;
}

/** The lines of each part of the body that arrives. */
async function* readLines(body: AsyncIterable<Buffer>, options: LinesOptions): AsyncGenerator<Line[]> {
  const { settings } = options;
  const { maxBody } = settings.limits;
  let number = 0;
  let parts: Buffer[] = [];
  let kept = 0;
  const read = (bytes: Buffer): Line[] => {
    number++;
    const line = readLine(bytes, number, settings);
    return line ? [line] : [];
  };
  for await (const part of body) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = part.indexOf(lineFeed); end >= 0; end = part.indexOf(lineFeed, start)) {
      const own = part.subarray(start, end);
      lines.push(...read(parts.length > 0 ? Buffer.concat([...parts, own]) : own));
      parts = [];
      kept = 0;
      start = end + 1;
    }
    if (start < part.length) parts.push(part.subarray(start));
    kept += part.length - start;
    if (kept > maxBody) {
      const message = `The text is longer than ${maxBody} bytes; are there line feeds between the texts?`;
      yield [...lines, { number: number + 1, problem: { code: "line-too-long", message } }];
      options.hangUp();
      return;
    }
    if (lines.length > 0) yield lines;
  }
  const last = read(Buffer.concat(parts));
  if (last.length > 0) yield last;
}

/** @returns undefined for a blank line. */
function readLine(bytes: Buffer, number: number, { limits }: ServeSettings): Line | undefined {
  const wrong = (code: string, message: string): Line => ({
    number,
    problem: { code, message: `Line ${number} ${message}` },
  });
  if (!isUtf8(bytes)) return wrong("not-utf8", "is not UTF-8.");
  const source = bytes.toString().trim();
  if (source === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return wrong("not-json", 'is not JSON; write each text as a JSON string, or as {"text": "..."}.');
  }
  const { text, id, ...others } = (typeof value === "string" ? { text: value } : (value ?? {})) as Record<
    string,
    unknown
  >;
  const other = Object.keys(others)[0];
  if (other !== undefined)
    return wrong("bad-request", `has ${JSON.stringify(other)}, which is not known; there are text and id.`);
  if (typeof text !== "string") return wrong("bad-request", 'has no text; write a JSON string, or {"text": "..."}.');
  if (text.length > limits.maxText) return wrong("bad-request", `has more than ${limits.maxText} characters.`);
  if (id === undefined) return { number, text };
  if (typeof id === "string" || typeof id === "number") return { number, id, text };
  return wrong("bad-request", "has an id that is neither a text nor a number.");
}
