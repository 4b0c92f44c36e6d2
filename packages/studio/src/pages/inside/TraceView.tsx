import type { DirectionTrace, TextTrace } from "@starcast/core";
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../../problem.js";
import type { Run } from "../../protocol.js";
import { useStudio } from "../../store/context.js";
import { describeWord } from "./describeWord.js";
import { HeatMap } from "./HeatMap.js";
import { WordStrip } from "./WordStrip.js";

/** What can be looked at, and how it is coloured. */
const parts = {
  forgetGate: { name: "forget gate", kind: "gate" },
  inputGate: { name: "input gate", kind: "gate" },
  outputGate: { name: "output gate", kind: "gate" },
  candidate: { name: "candidate", kind: "state" },
  cell: { name: "cell (the memory)", kind: "state" },
  hidden: { name: "hidden state (what is shown)", kind: "state" },
} as const;

type Part = keyof typeof parts;

/** The gates and states of the trained network over the words of a text. */
export function TraceView({ run }: { readonly run: Run }) {
  const [text, setText] = useState("Not bad at all, but it broke after a week.");
  const [part, setPart] = useState<Part>("cell");
  const [member, setMember] = useState(0);
  const [direction, setDirection] = useState(0);
  const [step, setStep] = useState(0);
  const { trace, problem } = useTrace(text, member);
  const members = run.metrics.keptEpochs.length;
  const shown = trace?.directions[Math.min(direction, trace.directions.length - 1)];
  const at = Math.min(step, (trace?.words.length ?? 1) - 1);
  return (
    <>
      <TextField text={text} onChange={setText} />
      <div class="fields">
        <Choice
          label="Show"
          value={part}
          options={Object.entries(parts).map(([key, { name }]) => [key, name])}
          onChoose={(value) => setPart(value as Part)}
        />
        {members > 1 && (
          <Choice
            label="Network"
            value={String(member)}
            options={Array.from({ length: members }, (_, index) => [String(index), `${index + 1} of ${members}`])}
            onChoose={(value) => setMember(Number(value))}
          />
        )}
        {trace && trace.directions.length > 1 && (
          <Choice
            label="Direction"
            value={String(direction)}
            options={trace.directions.map((each, index) => [String(index), nameOf(each, index, trace)])}
            onChoose={(value) => setDirection(Number(value))}
          />
        )}
      </div>
      {problem !== "" && <p class="quiet">{problem}</p>}
      {trace && shown && (
        <>
          <WordStrip words={trace.words} step={at} onStep={setStep} />
          <HeatMap
            label={`${parts[part].name}: a line for each of ${shown.hiddenSize} units, a column for each word`}
            values={shown[part]}
            units={shown.hiddenSize}
            steps={trace.words.length}
            kind={parts[part].kind}
            step={at}
            onStep={setStep}
          />
          <p role="status">{describeWord(trace, shown, at)}</p>
        </>
      )}
    </>
  );
}

function TextField({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  return (
    <>
      <label for="traced" class="big">
        A text to follow
      </label>
      <textarea
        id="traced"
        dir="auto"
        rows={2}
        spellcheck={false}
        value={text}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}

/** The trace of a text as it is typed; that of the last text with words stays. */
function useTrace(text: string, member: number): { trace?: TextTrace; problem: string } {
  const studio = useStudio();
  const [found, setFound] = useState<{ trace?: TextTrace; problem: string }>({ problem: "" });
  useEffect(() => {
    let isOld = false;
    const follow = async () => {
      await studio.loadCurrent();
      const trace = await studio.answerer.ask("trace", { text, member });
      if (!isOld) setFound({ trace, problem: "" });
    };
    follow().catch((error: unknown) => {
      const { code, message } = asProblem(error);
      if (!isOld) setFound({ problem: code === "empty-text" ? "Type some words." : message });
    });
    return () => {
      isOld = true;
    };
  }, [studio, text, member]);
  return found;
}

function nameOf({ reverse }: DirectionTrace, index: number, { directions }: TextTrace): string {
  const perLayer = directions.some((each) => each.reverse) ? 2 : 1;
  const layers = directions.length / perLayer;
  const way = perLayer === 1 ? "" : reverse ? "from the end" : "from the start";
  return [layers > 1 ? `layer ${Math.floor(index / perLayer) + 1}` : "", way].filter(Boolean).join(", ");
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly string[])[];
  readonly onChoose: (value: string) => void;
}) {
  const { label, value, options, onChoose } = props;
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
