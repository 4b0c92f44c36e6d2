/** The worker that holds a model and answers what is typed. */
import { Answerer } from "../answering/answerer.js";
import { runDemo } from "../answering/demo.js";
import type { AnswererQuestions } from "../protocol.js";
import { keptContents } from "../store/kept.js";
import { answerQuestions } from "./channel.js";

const answerer = new Answerer(keptContents);

answerQuestions<AnswererQuestions>({
  load: async (run) => {
    await answerer.load(run);
    return null;
  },
  account: (files) => answerer.account(files),
  predict: (text) => answerer.predict(text),
  explain: (text) => answerer.explain(text),
  change: ({ text, direction }) => answerer.change(text, direction),
  trace: ({ text, member }) => answerer.trace(text, member),
  demo: (ids) => runDemo(ids),
  save: ({ format, name }) => answerer.save(format, name),
});
