import { useRef, useState } from "preact/hooks";
import { counted } from "../../parts/numbers.js";
import { useStudio, useStudioState } from "../../store/context.js";

/** Takes a file that is dropped or chosen, or the sample. */
export function DropZone() {
  const studio = useStudio();
  const table = useStudioState((state) => state.table);
  const training = useStudioState((state) => state.progress !== undefined);
  const [isOver, setOver] = useState(false);
  const open = (file: File | undefined) => {
    if (file && !training) void studio.open({ kind: "file", file });
  };
  return (
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        open(event.dataTransfer?.files[0]);
      }}
    >
      <p>
        {table ? (
          <>
            <strong dir="auto">{table.name}</strong>: {counted(table.rows, "row")},{" "}
            {counted(table.columns.length, "column")}
          </>
        ) : (
          <>
            <strong>Drop a file here</strong>: CSV, TSV, JSON lines or Parquet
          </>
        )}
      </p>
      <Choices hasTable={table !== undefined} disabled={training} onFile={open} />
      {training && <p class="quiet">The data cannot be changed while a training is under way.</p>}
    </div>
  );
}

/** Buttons for a file of one's own, and for the sample. */
function Choices(props: {
  readonly hasTable: boolean;
  readonly disabled: boolean;
  readonly onFile: (file: File | undefined) => void;
}) {
  const { hasTable, disabled, onFile } = props;
  const studio = useStudio();
  const input = useRef<HTMLInputElement>(null);
  return (
    <p class="actions">
      <input
        ref={input}
        type="file"
        id="file"
        class="hidden-input"
        accept=".csv,.tsv,.tab,.txt,.jsonl,.ndjson,.json,.parquet,.gz"
        disabled={disabled}
        onChange={() => {
          onFile(input.current?.files?.[0]);
          if (input.current) input.current.value = "";
        }}
      />
      <label for="file" class="button">
        {hasTable ? "Choose another file" : "Choose a file"}
      </label>
      <button type="button" class="secondary" disabled={disabled} onClick={() => void studio.open({ kind: "sample" })}>
        Use the sample: 5,000 made-up reviews
      </button>
    </p>
  );
}
