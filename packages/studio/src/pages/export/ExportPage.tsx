/** Where a model leaves the studio. */
import { useState } from "preact/hooks";
import { download } from "../../parts/download.js";
import { ModelPicker } from "../../parts/ModelPicker.js";
import { Notice } from "../../parts/Notice.js";
import { count } from "../../parts/numbers.js";
import type { ExportFormat, Run } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";

type Kind = ExportFormat | "report";

const kinds: readonly { readonly kind: Kind; readonly title: string; readonly what: string }[] = [
  {
    kind: "folder",
    title: "Model folder (zip)",
    what: "Weights, vocabulary, settings, results and a model card in open formats: for starcast predict, for programs in Node and browsers, and to be kept.",
  },
  {
    kind: "html",
    title: "One HTML page",
    what: "A page that rates what is typed. It needs nothing else, neither a server nor a network: send it to somebody.",
  },
  {
    kind: "onnx",
    title: "ONNX graph",
    what: "For ONNX Runtime in Python, C++, Java, C# and others, with the same answers.",
  },
  {
    kind: "report",
    title: "Report (HTML)",
    what: "How good the model is and where it errs, for print and for others. It holds texts of your data.",
  },
];

export function ExportPage() {
  const run = useStudioState((state) => state.current);
  return (
    <>
      <h1>Export</h1>
      <ModelPicker />
      {run ? (
        <ExportForm key={run.id} run={run} />
      ) : (
        <Notice mood="unsure">
          There is no model yet. <a href="#train">Train one</a> first.
        </Notice>
      )}
    </>
  );
}

function ExportForm({ run }: { readonly run: Run }) {
  const studio = useStudio();
  const busy = useStudioState((state) => state.busy !== undefined || state.progress !== undefined);
  const [name, setName] = useState(nameOf(run));
  const [saved, setSaved] = useState("");
  const save = async (kind: Kind) => {
    await studio.attempt("Making the file", async () => {
      if (kind === "report") {
        const html = await studio.learner.ask("report", { ...run, name });
        download(`${fileName(name)}-report.html`, "text/html", html);
        setSaved(`${fileName(name)}-report.html`);
        return;
      }
      await studio.loadCurrent();
      const file = await studio.answerer.ask("save", { format: kind, name });
      download(file.name, file.type, file.bytes.slice());
      setSaved(`${file.name}, ${count(Math.ceil(file.bytes.length / 1024))} KB`);
    });
  };
  return (
    <>
      <p>
        <label>
          Name of the model{" "}
          <input type="text" value={name} maxLength={80} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
      </p>
      <ul class="cards">
        {kinds.map(({ kind, title, what }) => (
          <li key={kind}>
            <h2>{title}</h2>
            <p>{what}</p>
            <button type="button" disabled={busy} onClick={() => void save(kind)}>
              Save<span class="for-screen-readers"> {title}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{saved === "" ? "" : `Saved: ${saved}`}</p>
    </>
  );
}

/** A name from that of the data. */
function nameOf({ data, name }: Run): string {
  const base = data.name.replace(/\.[\w.]+$/, "").replace(/^the /, "");
  return `${base}, ${name.toLowerCase()}`;
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "model";
}
