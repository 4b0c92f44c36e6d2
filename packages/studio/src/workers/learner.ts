/** The worker that reads data and learns from it. */
import { Learner } from "../learning/learner.js";
import type { LearnerQuestions } from "../protocol.js";
import { keepCheckpoint, keptContents } from "../store/kept.js";
import { readRows } from "../store/server.js";
import { answerQuestions } from "./channel.js";

/** Seconds between two states of a training that are kept. */
const everySeconds = 20;

const learner = new Learner({
  contents: keptContents,
  readRows,
  checkpoints: { everySeconds, save: ({ bytes }) => keepCheckpoint(bytes) },
});

answerQuestions<LearnerQuestions>({
  open: (source) => learner.open(source),
  choose: (choice) => learner.choose(choice),
  correct: (corrections) => {
    learner.correct(corrections);
    return null;
  },
  train: (order, tell) => learner.train(order, tell),
  pause: (isPaused) => {
    learner.pause(isPaused);
    return null;
  },
  stop: () => {
    learner.stop();
    return null;
  },
  look: (run) => learner.look(run),
  held: (question) => learner.held(question),
  report: (run) => learner.report(run),
  audit: (choice, tell) => learner.audit(choice, tell),
  corrected: () => learner.corrected(),
  compare: (runs) => learner.compare(runs),
});
