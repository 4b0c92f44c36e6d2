/** Trains a tiny model with the installed library and writes it, with what it answers and why, to the folder of its argument, `expected.json` and `explained.json`. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryFolder, trainModel } from "@starcast/core";
import { explanations } from "./explain.mjs";
import { makeRows, texts } from "./rows.mjs";

const folder = process.argv[2];
const { model } = await trainModel(makeRows(400), { epochs: 2 });
const saved = memoryFolder();
await model.save(saved);
await mkdir(folder, { recursive: true });
for (const [name, bytes] of saved.files) await writeFile(join(folder, name), bytes);
await writeFile("expected.json", JSON.stringify(model.predict(texts)));
await writeFile("explained.json", explanations(model));
model.dispose();
