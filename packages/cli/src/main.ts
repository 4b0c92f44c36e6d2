#!/usr/bin/env node
import { runProgram } from "./program.js";
import { realServices } from "./services.js";
import { processTerminal } from "./terminal/terminal.js";

// A reader that has seen enough (`starcast check x.csv | head`) closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), { terminal: processTerminal(), services: realServices });
