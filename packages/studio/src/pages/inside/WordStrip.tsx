import type { TracedWord } from "@starcast/core";
import { useRef } from "preact/hooks";

/** The words as buttons; arrow keys go from word to word. */
export function WordStrip(props: {
  readonly words: readonly TracedWord[];
  readonly step: number;
  readonly onStep: (step: number) => void;
}) {
  const { words, step, onStep } = props;
  const strip = useRef<HTMLDivElement>(null);
  const go = (to: number) => {
    const next = Math.min(words.length - 1, Math.max(0, to));
    onStep(next);
    strip.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div
      ref={strip}
      class="word-strip"
      role="toolbar"
      aria-label="Words of the text; arrow keys go from one to the next"
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") go(step + 1);
        else if (event.key === "ArrowLeft") go(step - 1);
        else return;
        event.preventDefault();
      }}
    >
      {words.map(({ text, start, known }, index) => (
        <button
          key={start}
          type="button"
          class="plain"
          dir="auto"
          tabIndex={index === step ? 0 : -1}
          aria-pressed={index === step}
          title={known ? undefined : "not in the vocabulary"}
          onClick={() => onStep(index)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
