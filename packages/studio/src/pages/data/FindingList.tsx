import { counted } from "../../parts/numbers.js";
import type { DataFinding } from "./findings.js";

/** Findings with a tick or a warning; the rows behind a warning unfold. */
export function FindingList({ findings }: { readonly findings: readonly DataFinding[] }) {
  const warnings = findings.filter(({ isFine }) => !isFine).length;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">
        Checks <span class="quiet">{warnings === 0 ? "nothing to worry about" : counted(warnings, "warning")}</span>
      </h2>
      <ul class="findings">
        {findings.map(({ isFine, sentence, rows }) => (
          <li key={sentence} class={isFine ? "good" : "unsure"}>
            <span aria-hidden="true">{isFine ? "✓" : "!"}</span>
            <div>
              <span class="for-screen-readers">{isFine ? "Fine: " : "Warning: "}</span>
              {sentence}
              {rows.length > 0 && (
                <details>
                  <summary>Rows that show it</summary>
                  <ul>
                    {rows.map((row) => (
                      <li key={row} dir="auto">
                        {row}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
