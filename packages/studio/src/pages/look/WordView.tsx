import type { Explanations, ListedWord, RatingScale } from "@starcast/core";
import { BarList } from "../../parts/BarList.js";
import { counted, signed } from "../../parts/numbers.js";
import { unitOf } from "../../parts/units.js";

/** Words that push answers up and down most, over some held-out texts. */
export function WordView(props: { readonly explanations: Explanations; readonly scale: RatingScale }) {
  const { explanations, scale } = props;
  const { up, down, texts } = explanations;
  if (up.length + down.length === 0) return null;
  const most = Math.max(...[...up, ...down].map(({ effect }) => Math.abs(effect)));
  return (
    <section aria-labelledby="words">
      <h2 id="words">Words that push</h2>
      <p class="quiet">
        Mean effect in {unitOf(scale)} where they occur, over {counted(texts, "held-out text")}.
      </p>
      <div class="columns">
        <div>
          <h3>Up</h3>
          <BarList label="Words that push up" most={most} bars={up.map(barOf)} />
        </div>
        <div>
          <h3>Down</h3>
          <BarList label="Words that push down" most={most} bars={down.map(barOf)} />
        </div>
      </div>
    </section>
  );
}

function barOf({ word, effect }: ListedWord) {
  return { name: word, value: Math.abs(effect), shown: signed(effect) };
}
