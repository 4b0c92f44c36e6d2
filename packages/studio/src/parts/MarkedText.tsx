import type { Explanation } from "@starcast/core";
import { signed } from "./numbers.js";

/** Strengths of colour. */
const steps = 4;

/** A text whose words are coloured by their effect; bold and dotted underlines say the same without colours. */
export function MarkedText({ explanation }: { readonly explanation: Explanation }) {
  const { text, words, readUpTo } = explanation;
  const largest = Math.max(...words.map(({ effect }) => Math.abs(effect)), Number.MIN_VALUE);
  const pieces = [];
  let at = 0;
  for (const { start, end, effect, known } of words) {
    if (start > at) pieces.push(text.slice(at, start));
    const strength = Math.ceil((steps * Math.abs(effect)) / largest - 0.5);
    pieces.push(
      <span
        key={start}
        class={strength > 0 ? `${effect < 0 ? "down" : "up"} s${strength}` : undefined}
        title={`${signed(effect)}${known ? "" : ", not in the vocabulary"}`}
      >
        {text.slice(start, end)}
      </span>,
    );
    at = end;
  }
  const rest = text.slice(readUpTo);
  // A stop at the end was not cut off; words were.
  pieces.push(/[\p{L}\p{N}]/u.test(rest) ? <span class="unread">{rest}</span> : rest);
  return (
    <p class="marked-text" dir="auto">
      {pieces}
    </p>
  );
}
