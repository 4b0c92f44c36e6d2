import { useState } from "preact/hooks";
import { count } from "../../parts/numbers.js";
import type { TrainChoice } from "../../protocol.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { hasServer } from "../../store/server.js";
import { threadsHere } from "../../store/threads.js";

const recipeNames: Readonly<Record<TrainChoice["recipe"], string>> = {
  best: "best: the default, several networks that answer together",
  fixed: "fixed: the article's, texts padded to one length",
  variable: "variable: the article's, texts of their own length",
  regression: "regression: the article's, one number as answer",
};

const budgets: readonly (readonly [seconds: number | undefined, name: string])[] = [
  [undefined, "as long as the data is worth"],
  [10, "10 seconds"],
  [60, "1 minute"],
  [300, "5 minutes"],
  [1800, "30 minutes"],
];

/** What the form holds: numbers as they are typed. */
interface Settings {
  readonly recipe: TrainChoice["recipe"];
  readonly budgetSeconds?: number;
  readonly epochs: string;
  readonly seed: string;
  readonly threads: string;
}

interface SettingsProps {
  readonly settings: Settings;
  readonly onChange: (changes: Partial<Settings>) => void;
}

/** What is learned with, and for how long. */
export function TrainForm() {
  const studio = useStudio();
  const rows = useStudioState((state) => state.summary?.report.rows ?? 0);
  const busy = useStudioState((state) => state.busy !== undefined);
  const corrections = useStudioState((state) => state.corrections.length);
  const [settings, setSettings] = useState<Settings>({
    recipe: "best",
    epochs: "",
    seed: "1",
    threads: String(threadsHere().threads),
  });
  const [onServer, setOnServer] = useState(false);
  const change = (changes: Partial<Settings>) => setSettings({ ...settings, ...changes });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const choice = choiceOf(settings);
        void (onServer ? studio.trainOnServer(choice) : studio.train(choice));
      }}
    >
      <MainFields settings={settings} onChange={change} />
      <details>
        <summary>More settings</summary>
        <MoreFields settings={settings} onChange={change} />
        <p class="quiet">The same data, settings and seed give the same model, here and on the command line.</p>
      </details>
      {hasServer() && (
        <label>
          <input type="checkbox" checked={onServer} onChange={() => setOnServer(!onServer)} /> let starcast train
          outside of this page, into a folder of its own; it goes on when the page is closed
        </label>
      )}
      <p class="actions">
        <button type="submit" disabled={busy}>
          Train on {count(rows)} rows
        </button>
        {corrections > 0 && <span class="quiet">with {count(corrections)} corrections of yours</span>}
      </p>
    </form>
  );
}

function choiceOf({ recipe, budgetSeconds, epochs, seed, threads }: Settings): TrainChoice {
  return {
    recipe,
    seed: Number(seed),
    threads: Number(threads),
    ...(budgetSeconds !== undefined && { budgetSeconds }),
    ...(budgetSeconds === undefined && epochs !== "" && { epochs: Number(epochs) }),
  };
}

function MainFields({ settings, onChange }: SettingsProps) {
  return (
    <div class="fields">
      <label>
        Recipe
        <select
          value={settings.recipe}
          onChange={(event) => onChange({ recipe: event.currentTarget.value as TrainChoice["recipe"] })}
        >
          {Object.entries(recipeNames).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        Time
        <select
          value={String(settings.budgetSeconds ?? "")}
          onChange={({ currentTarget: { value } }) =>
            onChange({ budgetSeconds: value === "" ? undefined : Number(value) })
          }
        >
          {budgets.map(([seconds, name]) => (
            <option key={name} value={String(seconds ?? "")}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function MoreFields({ settings, onChange }: SettingsProps) {
  const { budgetSeconds, epochs, seed, threads } = settings;
  return (
    <div class="fields">
      <label>
        Epochs
        <input
          type="number"
          min="1"
          max="1000"
          placeholder="the recipe decides"
          disabled={budgetSeconds !== undefined}
          value={epochs}
          onInput={(event) => onChange({ epochs: event.currentTarget.value })}
        />
      </label>
      <label>
        Seed
        <input
          type="number"
          min="0"
          max="4294967295"
          required
          value={seed}
          onInput={(event) => onChange({ seed: event.currentTarget.value })}
        />
      </label>
      <label>
        Threads
        <input
          type="number"
          min="1"
          max={threadsHere().threads}
          required
          value={threads}
          onInput={(event) => onChange({ threads: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}
