import type { Prediction } from "@starcast/core";
import { useEffect, useState } from "preact/hooks";
import { asProblem, type ProblemFacts } from "../../problem.js";
import type { AnswererQuestions } from "../../protocol.js";
import { useStudio } from "../../store/context.js";

/** Pause in typing, in milliseconds, before the reasons are worked out: they take longer than the answer. */
const beforeExplaining = 180;

/** What is known about a text so far. */
export interface Answer {
  readonly prediction?: Prediction;
  /** Of the very text, never of an earlier one. */
  readonly explained?: AnswererQuestions["explain"]["answer"];
  readonly problem?: ProblemFacts;
}

/** The current model's answer to a text, as it is typed; nothing for a text without words. */
export function useAnswer(text: string): Answer {
  const studio = useStudio();
  const [answer, setAnswer] = useState<Answer>({});
  useEffect(() => {
    let isOld = false;
    const show = (found: Answer) => {
      if (!isOld) setAnswer(found);
    };
    const fail = (error: unknown) => {
      const { code, message } = asProblem(error);
      show(code === "empty-text" ? {} : { problem: { code, message } });
    };
    if (text.trim() === "") {
      show({});
      return;
    }
    const predict = async () => {
      await studio.loadCurrent();
      const prediction = await studio.answerer.ask("predict", text);
      show({ prediction });
      return prediction;
    };
    const first = predict().catch(fail);
    const later = setTimeout(() => {
      const explain = async () => {
        const prediction = await first;
        if (prediction === undefined || isOld) return;
        show({ prediction, explained: await studio.answerer.ask("explain", text) });
      };
      explain().catch(fail);
    }, beforeExplaining);
    return () => {
      isOld = true;
      clearTimeout(later);
    };
  }, [studio, text]);
  return answer;
}
