import { describe, expect, it } from "vitest";
import { fakeTerminal } from "../testing/fakeTerminal.js";
import { Output } from "./output.js";

/** Clears the screen, names the window, turns the reading direction around. */
const hostile = "\u001b[2J\u001b]0;you\u0007 \u202egnp.exe \u009b31m\r";

describe("what a file says on a terminal", () => {
  it("steers nothing, while our own colours stay", () => {
    const terminal = fakeTerminal({ isTTY: true, env: { LANG: "C.UTF-8", FORCE_COLOR: "1" } });
    const output = new Output(terminal);
    output.line(output.bold(`good${hostile}`));
    expect(terminal.out()).toBe("\u001b[1mgood�[2J�]0;you� �gnp.exe �31m�\u001b[22m\n");
  });

  it("is shown as a question mark where there is no UTF-8", () => {
    const terminal = fakeTerminal({ env: { LANG: "C" } });
    new Output(terminal).line("a\u0007b");
    expect(terminal.out()).toBe("a?b\n");
  });

  it("keeps families of emoji, accents and line feeds", () => {
    const terminal = fakeTerminal();
    new Output(terminal).line("👩‍👩‍👧 e\u0301\nnext");
    expect(terminal.out()).toBe("👩‍👩‍👧 e\u0301\nnext\n");
  });
});
