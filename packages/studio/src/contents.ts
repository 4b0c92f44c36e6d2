import { memoryFolder, RatingModel } from "@starcast/core";
import { Problem } from "./problem.js";
import type { Run, RunContent, RunContents } from "./protocol.js";

/**
 * The content of a run, from wherever it lies.
 *
 * @throws {Problem} `model-lost` when the browser has dropped what it kept.
 */
export async function contentOf(run: Run, contents: Pick<RunContents, "find">): Promise<RunContent> {
  const content = run.content ?? (await contents.find(run.id));
  if (content) return content;
  throw new Problem(
    "model-lost",
    `This browser no longer holds the model of “${run.name}”. Train or open it again; under Compare it can be forgotten.`,
  );
}

/** The model of a run; the caller disposes of it. */
export function modelOf({ files }: RunContent): Promise<RatingModel> {
  return RatingModel.load(memoryFolder(files));
}
