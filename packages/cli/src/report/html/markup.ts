import { escapeHtml } from "../../html.js";

/** HTML that is safe to put into a page as it stands: made by {@link html} or by our own drawing code. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toString(): string {
    return this.source;
  }
}

/** What may stand in a template: markup as it is, anything else as text; nothing for undefined and false. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

/** A piece of a page. Everything that is put in is escaped, but for markup. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    pieces.map((piece, index) => piece + (index < parts.length ? sourceOf(parts[index]) : "")).join(""),
  );
}

function sourceOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.source;
  if (typeof part === "object") return part.map(sourceOf).join("");
  return escapeText(String(part));
}

/**
 * Text as it may stand in HTML, in an element or in a quoted attribute, with one kind of line end. Control characters, which HTML cannot hold, and
 * marks that turn the direction of what follows are shown as U+FFFD.
 */
export function escapeText(text: string): string {
  const shown = text
    .replace(/\r\n?/g, "\n")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "\ufffd");
  return escapeHtml(shown);
}
