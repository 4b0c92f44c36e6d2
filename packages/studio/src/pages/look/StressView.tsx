import type { StressReport } from "@starcast/core";
import { percent, score } from "../../parts/numbers.js";

const names: Readonly<Record<string, string>> = {
  negation: "negation",
  contrast: "contrast",
  intensity: "intensity",
  emoji: "emoji",
  veryShort: "very short texts",
  veryLong: "very long texts",
  typos: "typing errors",
  capitals: "capitals",
};

/** Pairs of texts on which the right answer is known, whatever the data. */
export function StressView({ stress }: { readonly stress: StressReport }) {
  return (
    <section aria-labelledby="stress">
      <h2 id="stress">Stress suite</h2>
      {stress.notApplicable !== undefined ? (
        <p>{stress.notApplicable}</p>
      ) : (
        <>
          <p class="quiet">Pairs of short English texts, one of which must be rated lower, or both about the same.</p>
          <ul class="findings">
            {stress.scores.map(({ kind, passed, count, notApplicable, failures }) => (
              <li key={kind} class={passed === count ? "good" : "unsure"}>
                <span aria-hidden="true">{notApplicable === undefined ? (passed === count ? "✓" : "!") : "–"}</span>
                <div>
                  {names[kind] ?? kind}: {notApplicable ?? `${passed} of ${count} (${percent(passed / count, 0)})`}
                  {failures.length > 0 && (
                    <details>
                      <summary>Promises that are broken</summary>
                      <ul>
                        {failures.slice(0, 5).map(({ texts, ratings, expected }) => (
                          <li key={texts.join()}>
                            “{cut(texts[0])}” got {score(ratings[0], 2)}, “{cut(texts[1])}” {score(ratings[1], 2)};{" "}
                            {expected === "lower" ? "the first should be lower" : "both should be about the same"}
                          </li>
                        ))}
                      </ul>
                    </details>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function cut(text: string): string {
  return text.length <= 90 ? text : `${text.slice(0, 89)}…`;
}
