import { useState } from "preact/hooks";

/** Ratings that are words are put into order, lowest first. */
export function LabelOrder(props: {
  readonly words: readonly string[];
  readonly disabled: boolean;
  readonly onOrder: (labels: readonly string[]) => void;
}) {
  const { words, disabled, onOrder } = props;
  const [order, setOrder] = useState(words);
  const move = (index: number, by: number) => {
    const next = [...order];
    [next[index], next[index + by]] = [next[index + by], next[index]];
    setOrder(next);
  };
  return (
    <fieldset disabled={disabled}>
      <legend>Order of the ratings, from worst to best</legend>
      <ol class="order">
        {order.map((word, index) => (
          <li key={word}>
            <span dir="auto">{word}</span>
            <button type="button" class="plain" disabled={index === 0} onClick={() => move(index, -1)}>
              <span aria-hidden="true">↑</span>
              <span class="for-screen-readers">Move {word} up</span>
            </button>
            <button type="button" class="plain" disabled={index === order.length - 1} onClick={() => move(index, 1)}>
              <span aria-hidden="true">↓</span>
              <span class="for-screen-readers">Move {word} down</span>
            </button>
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => onOrder(order)}>
        Use this order
      </button>
    </fieldset>
  );
}
