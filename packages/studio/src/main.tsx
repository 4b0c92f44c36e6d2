/** Starts the studio. */
import { render } from "preact";
import { App } from "./app.js";
import type { AnswererQuestions, LearnerQuestions } from "./protocol.js";
import { StudioContext } from "./store/context.js";
import { Studio } from "./store/studio.js";
import "./styles/index.css";
import { WorkerClient } from "./workers/channel.js";

const learner = new WorkerClient<LearnerQuestions>(
  () => new Worker(new URL("./workers/learner.ts", import.meta.url), { type: "module", name: "learner" }),
);
const answerer = new WorkerClient<AnswererQuestions>(
  () => new Worker(new URL("./workers/answerer.ts", import.meta.url), { type: "module", name: "answerer" }),
);
const studio = new Studio(learner, answerer);

render(
  <StudioContext.Provider value={studio}>
    <App />
  </StudioContext.Provider>,
  document.getElementById("studio") as HTMLElement,
);
void studio.recall();
