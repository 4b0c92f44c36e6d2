#!/usr/bin/env node
// Stands before the build, so that npm can link the command into a fresh clone.
import "../dist/main.js";
