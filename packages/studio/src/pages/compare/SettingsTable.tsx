import type { Run } from "../../protocol.js";
import { differencesOf } from "./differences.js";

/** In what the runs differ. */
export function SettingsTable({ runs }: { readonly runs: readonly Run[] }) {
  const differences = differencesOf(runs);
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">Settings that differ</h2>
      {differences.length === 0 ? (
        <p class="quiet">None: data, settings and seed are the same, and so are the weights.</p>
      ) : (
        <div class="scroll" role="region" aria-label="Table of settings" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                {runs.map(({ id, name }) => (
                  <th key={id} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map(({ setting, values }) => (
                <tr key={setting}>
                  <th scope="row">{setting}</th>
                  {values.map((value, index) => (
                    <td key={runs[index].id} dir="auto">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
