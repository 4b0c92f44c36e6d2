import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { escapeText, html } from "./markup.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        "<",
        ">",
        '"',
        "'",
        "&",
        "</p>",
        "<script>alert(1)</script>",
        "-->",
        "&lt;",
        "\0",
        "\u202e",
        "\ud800",
        "]]>",
        "x=1 ",
      ),
    )
    .map((pieces) => pieces.join("")),
);

describe("html", () => {
  it("shows any text as that text, in elements and in attributes, and makes nothing else of it", () => {
    fc.assert(
      fc.property(hostile, hostile, (text, title) => {
        const page = html`<!doctype html><html><body><p title="${title}">${text}</p><hr></body></html>`;
        const { document } = parseHTML(page.source);
        expect(document.querySelectorAll("body *")).toHaveLength(2);
        const shown = document.querySelector("p");
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
        const harmless = (raw: string) =>
          raw
            .replace(/\r\n?/g, "\n")
            .replace(
              /\p{Surrogate}|[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu,
              "\ufffd",
            );
        expect(shown?.textContent).toBe(harmless(text));
        expect(shown?.getAttribute("title")).toBe(harmless(title));
        expect([...(shown?.attributes ?? [])]).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps markup as it is, joins lists, and leaves out what is absent", () => {
    const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${false}${0}`.source).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>0");
  });

  it("escapes what ends an attribute of either kind of quote", () => {
    expect(escapeText(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  });
});
