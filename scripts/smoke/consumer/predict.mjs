/** Loads the model from the folder of its argument and prints what it answers and why, a line of JSON each. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryFolder, RatingModel } from "@starcast/core";
import { explanations } from "./explain.mjs";
import { texts } from "./rows.mjs";

const folder = process.argv[2];
const files = new Map();
for (const name of await readdir(folder)) files.set(name, new Uint8Array(await readFile(join(folder, name))));
const model = await RatingModel.load(memoryFolder(files));
console.log(JSON.stringify(model.predict(texts)));
console.log(explanations(model));
