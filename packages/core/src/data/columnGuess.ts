/** Which columns of a table hold texts and ratings, judged by their names and a sample of their values. */
import type { ColumnProfile } from "./columnProfile.js";

/** What a guess came to: columns when it is clear, otherwise those that may be meant, or none. */
export interface ColumnGuess {
  /** The columns, in the order in which their texts are joined; empty when the guess is not clear. */
  readonly columns: readonly string[];
  /** Where several may be meant: their names; empty otherwise. */
  readonly candidates: readonly string[];
}

// Names in order of how surely they mean the text itself; of two names in one list neither is preferred.
const bodyNames = [
  new Set(["review", "reviews", "text", "body", "comment", "comments", "content", "feedback", "reviewtext", "tweet"]),
  new Set([
    "message",
    "sentence",
    "post",
    "description",
    "opinion",
    "answer",
    "response",
    "remarks",
    "phrase",
    "document",
    "complaint",
    "ticket",
  ]),
];
const titleNames = new Set(["title", "headline", "subject", "summary", "heading"]);
const labelNames = [
  new Set(["rating", "ratings", "stars", "star"]),
  new Set([
    "score",
    "overall",
    "label",
    "labels",
    "target",
    "sentiment",
    "priority",
    "grade",
    "polarity",
    "severity",
    "urgency",
    "satisfaction",
  ]),
  new Set(["class", "category", "topic", "intent"]),
];
// Such a word says that the column identifies, dates or counts something.
const describing = new Set(
  "id ids uid uuid key index name names date time timestamp year month day count counts number num length url link image helpful helpfulness vote votes age unnamed version file path hash email ip average avg mean total confidence language".split(
    " ",
  ),
);
// A title with such a word is that of the thing rated, not of the text.
const things = new Set("product item brand movie film book game song app job".split(" "));

/** Finds the column of the texts, with that of their titles in front of it where there is one. */
export function guessTextColumns(profiles: readonly ColumnProfile[]): ColumnGuess {
  const prose = profiles.filter((column) => column.filled > 0 && column.numericShare < 0.5);
  const bodies = findBodies(prose);
  if (bodies.length > 1) return unclear(bodies);
  if (bodies.length === 1) {
    const titles = prose.filter(isTitle).filter((column) => column !== bodies[0]);
    return clear([...(titles.length === 1 ? titles : []), bodies[0]]);
  }
  const titles = prose.filter(isTitle);
  return clear(titles.length === 1 ? titles : []);
}

/** Finds the column of the ratings, or of labels. */
export function guessLabelColumn(profiles: readonly ColumnProfile[]): ColumnGuess {
  const filled = profiles.filter((column) => column.filled > 0 && column.meanWords < 4 && !describes(column.words));
  for (const names of labelNames) {
    const named = filled.filter((column) => column.words.some((word) => names.has(word)) && mayBeLabel(column));
    // "stars" is more surely the rating than "stars service"; of two with more words neither is.
    const exact = named.filter((column) => column.words.length === 1);
    if (exact.length === 1) return clear(exact);
    if (named.length > 0) return named.length > 1 ? unclear(named) : clear(named);
  }
  const like = filled.filter((column) => column.ratingLike && column.distinct >= 3);
  return like.length > 1 ? unclear(like) : clear(like);
}

function clear(columns: readonly ColumnProfile[]): ColumnGuess {
  return { columns: columns.map(({ name }) => name), candidates: [] };
}

function unclear(columns: readonly ColumnProfile[]): ColumnGuess {
  return { columns: [], candidates: columns.map(({ name }) => name) };
}

/** Columns named as texts, or else those with sentences that are nearly all different. */
function findBodies(prose: readonly ColumnProfile[]): ColumnProfile[] {
  const own = prose.filter((column) => !describes(column.words));
  for (const names of bodyNames) {
    const named = own.filter(({ words }) => words.some((word) => names.has(word)));
    // A repeated short value under such a name ("comment: yes") is a category.
    const texts = named.filter((column) => column.meanWords >= 3 || column.distinctShare > 0.5);
    const bodies = texts.filter((column) => !isTitle(column));
    if (bodies.length > 0) return bodies;
  }
  return own.filter((column) => !isTitle(column) && column.meanWords >= 4 && column.distinctShare > 0.5);
}

function isTitle(column: ColumnProfile): boolean {
  const named = column.words.some((word) => titleNames.has(word)) && !column.words.some((word) => things.has(word));
  // Titles of things repeat from row to row; titles of texts seldom do.
  return named && !describes(column.words) && column.distinctShare > 0.3 && column.meanWords >= 1.5;
}

function describes(words: readonly string[]): boolean {
  return words.some((word) => describing.has(word));
}

/** Numbers, or words that repeat; a small file may hold each word once. */
function mayBeLabel(column: ColumnProfile): boolean {
  return column.numericShare > 0.5 || column.distinct <= 20 || column.distinctShare < 0.5;
}
