import { useStudio, useStudioState } from "../store/context.js";

/** Which run's model is meant, where there are several. */
export function ModelPicker() {
  const studio = useStudio();
  const runs = useStudioState((state) => state.runs);
  const current = useStudioState((state) => state.current);
  if (runs.length < 2 || current === undefined) return null;
  return (
    <p>
      <label class="inline">
        Model of{" "}
        <select
          value={current.id}
          onChange={({ currentTarget: { value } }) => {
            const run = runs.find(({ id }) => id === value);
            if (run) studio.select(run);
          }}
        >
          {runs.map(({ id, name, data }) => (
            <option key={id} value={id}>
              {name}, {data.name}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
