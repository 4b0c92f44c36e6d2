/** Numbers in coloured cells: green above 0, red below, and written out, so that nothing hangs on colour. */
export function NumberGrid(props: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** The value of the strongest colour. */
  readonly most: number;
  readonly digits?: number;
}) {
  const { label, columns, rows, most, digits = 2 } = props;
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="numbers">
        <thead>
          <tr>
            <td />
            {columns.map((column, index) => (
              // Columns may have equal names, and none is ever moved.
              <th key={index} scope="col" dir="auto">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map((_, index) => {
                const value = values[index] ?? 0;
                const share = Math.min(1, Math.abs(value) / most);
                return (
                  <td
                    key={index}
                    style={{ backgroundColor: `rgba(var(--${value < 0 ? "down" : "up"}), ${0.45 * share})` }}
                  >
                    {value.toFixed(digits).replace("-", "−")}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
