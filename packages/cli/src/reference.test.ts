import { describe, expect, it } from "vitest";
import { commandReference } from "./reference.js";

describe("docs/commands.md", () => {
  it("is what the option tables say (vitest run -u writes it anew)", async () => {
    await expect(commandReference()).toMatchFileSnapshot("../../../docs/commands.md");
  });
});
