/** Runs on disk, where the command line serves the pages: opened, or followed while they learn. */
import { useEffect, useState } from "preact/hooks";
import { count, score } from "../../parts/numbers.js";
import { useStudio, useStudioState } from "../../store/context.js";
import { type DiskRun, listRuns, reportAddress } from "../../store/server.js";
import { LiveRun } from "./LiveRun.js";

/** How often the list is asked for, in milliseconds. */
const betweenLists = 2000;

const states: Readonly<Record<DiskRun["state"], string>> = {
  training: "learning now",
  finished: "finished",
  unfinished: "cut off",
};

export function RunsPage() {
  const { runs, problem, listAgain } = useRuns();
  const [followed, setFollowed] = useState<string>();
  const live = runs?.find(({ id, state }) => id === followed || (followed === undefined && state === "training"));
  return (
    <>
      <h1>Runs</h1>
      <p class="lead">Runs in the folders that the studio was started with, those of the command line among them.</p>
      {problem !== "" && <p class="warning">{problem}</p>}
      {live && <LiveRun key={live.id} run={live} onEnd={listAgain} />}
      {runs && runs.length === 0 && <p>There is no run yet. Train here, or with starcast train.</p>}
      {runs && runs.length > 0 && <RunTable runs={runs} onFollow={setFollowed} />}
    </>
  );
}

function RunTable({ runs, onFollow }: { readonly runs: readonly DiskRun[]; readonly onFollow: (id: string) => void }) {
  return (
    <div class="scroll" role="region" aria-label="Runs on disk" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">folder</th>
            <th scope="col">state</th>
            <th scope="col">recipe</th>
            <th scope="col">result</th>
            <th scope="col">changed</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <th scope="row" dir="auto">
                {run.name}
              </th>
              <td>{states[run.state]}</td>
              <td>{run.recipe ?? "–"}</td>
              <td>{resultOf(run)}</td>
              <td>{new Date(run.changed).toLocaleString()}</td>
              <td>
                <RunActions run={run} onFollow={onFollow} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">{count(runs.length)} in all.</p>
    </div>
  );
}

function RunActions({ run, onFollow }: { readonly run: DiskRun; readonly onFollow: (id: string) => void }) {
  const studio = useStudio();
  const busy = useStudioState((state) => state.busy !== undefined);
  const named = <span class="for-screen-readers"> {run.name}</span>;
  return (
    <>
      {run.state === "finished" && (
        <button type="button" class="plain" disabled={busy} onClick={() => void studio.openRun(run)}>
          Open{named}
        </button>
      )}{" "}
      <button type="button" class="plain" onClick={() => onFollow(run.id)}>
        Curves{named}
      </button>{" "}
      {run.hasReport && (
        <a href={reportAddress(run)} target="_blank" rel="noreferrer">
          Report{named}
        </a>
      )}
    </>
  );
}

function resultOf({ rmse, macroF1 }: DiskRun): string {
  if (rmse !== undefined) return `RMSE ${score(rmse)}`;
  return macroF1 === undefined ? "–" : `macro F1 ${score(macroF1)}`;
}

/** The list, asked for again and again. */
function useRuns(): { runs: readonly DiskRun[] | undefined; problem: string; listAgain: () => void } {
  const [runs, setRuns] = useState<readonly DiskRun[]>();
  const [problem, setProblem] = useState("");
  const listAgain = () => {
    listRuns().then(
      (found) => {
        setRuns(found);
        setProblem("");
      },
      (error: Error) => setProblem(error.message),
    );
  };
  useEffect(() => {
    listAgain();
    const timer = setInterval(listAgain, betweenLists);
    return () => clearInterval(timer);
  }, []);
  return { runs, problem, listAgain };
}
