/** The frame around all pages: name, places, problems. */
import type { ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { DataPage } from "./pages/data/DataPage.js";
import { Notice } from "./parts/Notice.js";
import { useStudio, useStudioState } from "./store/context.js";
import { hasServer } from "./store/server.js";
import { works } from "./store/studio.js";

interface Place {
  readonly path: string;
  readonly title: string;
  readonly page: ComponentType;
}

/** Only where the command line serves the pages. */
const runsPlace: Place = {
  path: "runs",
  title: "Runs",
  page: lazy(async () => (await import("./pages/runs/RunsPage.js")).RunsPage),
};

/** The pages in the order in which a newcomer meets them; all but the first are loaded when they are opened. */
const places: readonly Place[] = [
  { path: "data", title: "Data", page: DataPage },
  { path: "train", title: "Train", page: lazy(async () => (await import("./pages/train/TrainPage.js")).TrainPage) },
  { path: "look", title: "Look", page: lazy(async () => (await import("./pages/look/LookPage.js")).LookPage) },
  { path: "try", title: "Try", page: lazy(async () => (await import("./pages/try/TryPage.js")).TryPage) },
  {
    path: "inside",
    title: "Inside the LSTM",
    page: lazy(async () => (await import("./pages/inside/InsidePage.js")).InsidePage),
  },
  { path: "fix", title: "Fix", page: lazy(async () => (await import("./pages/fix/FixPage.js")).FixPage) },
  {
    path: "compare",
    title: "Compare",
    page: lazy(async () => (await import("./pages/compare/ComparePage.js")).ComparePage),
  },
  {
    path: "export",
    title: "Export",
    page: lazy(async () => (await import("./pages/export/ExportPage.js")).ExportPage),
  },
  ...(hasServer() ? [runsPlace] : []),
];

function placeOf(hash: string): Place {
  return places.find(({ path }) => hash === `#${path}`) ?? places[0];
}

export function App() {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const follow = () => {
      const next = placeOf(location.hash);
      setPlace(next);
      document.title = `${next.title} · Starcast studio`;
      document.getElementById("page")?.focus();
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const Page = place.page;
  return (
    <>
      <a
        class="skip"
        href="#page"
        onClick={(event) => {
          // The address says which page is shown, and stays.
          event.preventDefault();
          document.getElementById("page")?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <p class="brand">
          <span aria-hidden="true">★</span> Starcast studio
        </p>
        <nav aria-label="Pages">
          <ul>
            {places.map(({ path, title }) => (
              <li key={path}>
                <a href={`#${path}`} aria-current={path === place.path ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="page" tabIndex={-1}>
        <Messages />
        <Suspense fallback={<p class="quiet">Loading…</p>}>
          <Page />
        </Suspense>
      </main>
      <footer class="bottom">
        {hasServer()
          ? "Texts, training and models stay on this machine."
          : "Texts, training and models stay in this browser; nothing is sent anywhere."}
      </footer>
    </>
  );
}

/** What went wrong, and what is being done, told to screen readers as well. */
function Messages() {
  const studio = useStudio();
  const problem = useStudioState((state) => state.problem);
  const busy = useStudioState((state) => state.busy);
  const silent = useStudioState((state) => state.silent);
  return (
    <>
      <p class="busy" role="status">
        {busy === undefined ? "" : `${busy}…`}
      </p>
      {silent && (
        <Notice mood="bad">
          <p>
            The background worker that {works[silent]} has given no sign of life for half a minute. It may be at
            something long, such as a very large file, and be heard again. If not, end it: another one takes up the
            data, and a training goes on from the state that was kept last.
          </p>
          <p class="actions">
            <button type="button" onClick={() => void studio.restart()}>
              End it and start another
            </button>
          </p>
        </Notice>
      )}
      {problem && (
        <Notice mood="bad" onDismiss={() => studio.dismissProblem()}>
          {problem.message}
        </Notice>
      )}
    </>
  );
}
