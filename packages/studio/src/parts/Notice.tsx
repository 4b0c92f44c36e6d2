import type { ComponentChildren } from "preact";

/** A message that matters: it is told to screen readers at once. */
export function Notice(props: {
  readonly mood: "good" | "unsure" | "bad";
  readonly children: ComponentChildren;
  readonly onDismiss?: () => void;
}) {
  const { mood, children, onDismiss } = props;
  return (
    <div class={`notice ${mood}`} role={mood === "bad" ? "alert" : "note"}>
      <div>{children}</div>
      {onDismiss && (
        <button type="button" class="plain" onClick={onDismiss} aria-label="Dismiss this message">
          ✕
        </button>
      )}
    </div>
  );
}
