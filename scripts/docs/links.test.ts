import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { documentation, type MarkdownFile, parseMarkdown, repository } from "./markdown.js";

/** What is wrong with the links of a page, as `path:line message`; links to other sites are not followed. */
function brokenLinks(page: MarkdownFile, pages: readonly MarkdownFile[]): string[] {
  return page.links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [file, anchor] = decodeURIComponent(target).split("#");
    const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
    const isThere = pages.some((one) => one.path === path) || existsSync(join(repository, path));
    if (!isThere) return [`${page.path}:${line} ${target}: there is no such file`];
    const anchors = pages.find((one) => one.path === path)?.anchors;
    if (anchor === undefined || anchor === "" || anchors === undefined) return [];
    return anchors.has(anchor) ? [] : [`${page.path}:${line} ${target}: there is no such heading`];
  });
}

describe("the links of the documentation", () => {
  const pages = documentation();

  it.each(pages.map((page) => ({ page, path: page.path })))("in $path lead somewhere", ({ page }) => {
    expect(brokenLinks(page, pages)).toEqual([]);
  });

  it("are searched: a missing file, a missing heading and a repeated heading are told apart", () => {
    const text =
      "# Über `x` & y\n# Twice\n# Twice\n[a](none.md) [b](#über-x--y) [c](#nowhere)\n[d](#twice-1) `[e](f.md)`";
    const page = parseMarkdown("docs/made-up.md", `${text}\n\`\`\`md\n[g](h.md)\n\`\`\`\n[i]: ../README.md`);
    expect(brokenLinks(page, [page])).toEqual([
      "docs/made-up.md:4 none.md: there is no such file",
      "docs/made-up.md:4 #nowhere: there is no such heading",
    ]);
    expect(page.links).toHaveLength(5);
  });
});
