/** What the service writes about itself: a line of JSON each, or, where a person looks, a sentence. */
import { pino } from "pino";
import { Output } from "../terminal/output.js";
import type { Terminal } from "../terminal/terminal.js";

/** Facts that belong to a line; no texts of clients but where `--log-texts` asks for them. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface ServiceLog {
  info(event: string, message: string, fields?: LogFields): void;
  warn(event: string, message: string, fields?: LogFields): void;
  error(event: string, message: string, fields?: LogFields): void;
}

/** On a terminal sentences, elsewhere JSON lines, both on standard error: standard output has the address alone. */
export function createLog(terminal: Terminal): ServiceLog {
  return terminal.stderr.isTTY ? logForPeople(terminal) : logForPrograms(terminal);
}

function logForPrograms({ stderr }: Terminal): ServiceLog {
  const logger = pino(
    { base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => void stderr.write(line) },
  );
  const write =
    (level: "info" | "warn" | "error") =>
    (event: string, message: string, fields: LogFields = {}) =>
      logger[level]({ event, ...fields }, message);
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

function logForPeople(terminal: Terminal): ServiceLog {
  const output = new Output({ ...terminal, stdout: terminal.stderr });
  return {
    info: (_event, message) => output.tick(message),
    warn: (_event, message) => output.warn(message),
    error: (_event, message) => output.bad(message),
  };
}
