import type { Task } from "@starcast/core";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../../parts/Notice.js";
import type { DataChoice, OpenedTable } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { LabelOrder } from "./LabelOrder.js";

interface FieldProps<Value> {
  readonly chosen: Value;
  readonly disabled: boolean;
  readonly onChoose: (value: Value) => void;
}

const tasks: readonly { readonly task: Task; readonly name: string }[] = [
  { task: "rating", name: "ratings, which have an order (stars, points, bad to good)" },
  { task: "class", name: "labels without order (topics, departments)" },
  { task: "number", name: "any numbers (prices, minutes)" },
];

/** Which columns hold texts and ratings: guessed, shown on the first rows, and confirmed or changed. */
export function ColumnForm(props: { readonly table: OpenedTable; readonly choice: DataChoice | undefined }) {
  const { table, choice } = props;
  const studio = useStudio();
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  const words = useStudioState((state) => state.summary?.words);
  const [text, setText] = useState<readonly string[]>(choice?.text ?? table.text.columns);
  const [label, setLabel] = useState(choice?.label ?? table.label.columns[0] ?? "");
  const [task, setTask] = useState<Task>(choice?.task ?? "rating");
  useEffect(() => {
    if (choice === undefined) return;
    setText(choice.text);
    setLabel(choice.label);
    setTask(choice.task);
  }, [choice]);
  const isSame = choice?.label === label && choice.task === task && choice.text.join("\n") === text.join("\n");
  const unclear = choice === undefined && (table.text.columns.length === 0 || table.label.columns.length === 0);
  return (
    <section aria-labelledby="columns">
      <h2 id="columns">Columns</h2>
      {unclear && <Notice mood="unsure">{doubtOf(table)}</Notice>}
      <Preview table={table} text={text} label={label} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void studio.choose({ text, label, task });
        }}
      >
        <TextColumns columns={table.columns} chosen={text} disabled={busy} onChoose={setText} />
        <div class="fields">
          <LabelColumn columns={table.columns} chosen={label} disabled={busy} onChoose={setLabel} />
          <TaskField chosen={task} disabled={busy} onChoose={setTask} />
          <button type="submit" disabled={busy || text.length === 0 || label === "" || text.includes(label) || isSame}>
            Use these columns
          </button>
        </div>
        {text.includes(label) && <p class="warning">The column “{label}” cannot be text and rating at once.</p>}
      </form>
      {words && choice && words.length <= 50 && (
        <LabelOrder words={words} disabled={busy} onOrder={(labels) => void studio.choose({ ...choice, labels })} />
      )}
    </section>
  );
}

function doubtOf({ text, label }: OpenedTable): string {
  const doubts = [
    text.columns.length === 0 &&
      (text.candidates.length > 0
        ? `the texts may be in ${text.candidates.join(" or ")}`
        : "no column looks like texts"),
    label.columns.length === 0 &&
      (label.candidates.length > 0
        ? `the ratings may be in ${label.candidates.join(" or ")}`
        : "no column looks like ratings"),
  ].filter(Boolean);
  return `Please choose the columns: ${doubts.join(", and ")}.`;
}

function Preview({ table, text, label }: { table: OpenedTable; text: readonly string[]; label: string }) {
  const roleOf = (name: string) => (name === label ? "rating" : text.includes(name) ? "text" : "");
  return (
    // Wide tables are scrolled, by keyboard too.
    <div class="scroll" tabIndex={0} role="region" aria-label="The first rows">
      <table class="preview">
        <thead>
          <tr>
            {table.columns.map((name) => (
              <th key={name} scope="col" class={roleOf(name)} dir="auto">
                {name}
                {roleOf(name) !== "" && <span class="role"> {roleOf(name)}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.preview.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={table.columns[column]} class={roleOf(table.columns[column])} dir="auto">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TextColumns(props: FieldProps<readonly string[]> & { readonly columns: readonly string[] }) {
  const { columns, chosen, disabled, onChoose } = props;
  return (
    <fieldset disabled={disabled}>
      <legend>Texts, joined in this order</legend>
      <div class="choices">
        {columns.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={() =>
                onChoose(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name])
              }
            />
            <span dir="auto">{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function LabelColumn(props: FieldProps<string> & { readonly columns: readonly string[] }) {
  const { columns, chosen, disabled, onChoose } = props;
  return (
    <label>
      Ratings
      <select value={chosen} disabled={disabled} onChange={(event) => onChoose(event.currentTarget.value)}>
        {chosen === "" && <option value="">choose a column</option>}
        {columns.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function TaskField({ chosen, disabled, onChoose }: FieldProps<Task>) {
  return (
    <label>
      They are
      <select value={chosen} disabled={disabled} onChange={(event) => onChoose(event.currentTarget.value as Task)}>
        {tasks.map(({ task, name }) => (
          <option key={task} value={task}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
