import type { Terminal } from "./terminal.js";

/** Whether a person can be asked: one who reads what is printed, and can type. */
export function canAsk({ stdin, stdout }: Terminal): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** Asks a question of which yes is the usual answer: an empty line or the end of the input is a yes. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  terminal.stdout.write(`${question} [Y/n] `);
  let answer = "";
  for await (const chunk of terminal.stdin) {
    answer += chunk.toString();
    if (answer.includes("\n")) break;
  }
  return !/^\s*n/i.test(answer);
}
