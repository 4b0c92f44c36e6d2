/** Bars as a list: read aloud it is a list of names and numbers. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly shown: string;
  readonly marked?: boolean;
}

/** Bars from 0 to the largest value, or to `most`. */
export function BarList(props: { readonly label: string; readonly bars: readonly Bar[]; readonly most?: number }) {
  const { label, bars, most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE) } = props;
  return (
    <ul class="bars" aria-label={label}>
      {bars.map(({ name, value, shown, marked }) => (
        <li key={name} class={marked ? "marked" : undefined}>
          <span class="name" dir="auto">
            {name}
          </span>
          <span class="track" aria-hidden="true">
            <span style={{ width: `${(100 * value) / most}%` }} />
          </span>
          <span class="number">{shown}</span>
        </li>
      ))}
    </ul>
  );
}
