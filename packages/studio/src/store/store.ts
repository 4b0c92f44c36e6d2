/** A value that components follow. */
import { useEffect, useState } from "preact/hooks";

/** Holds a state that is replaced as a whole, and tells who follows it. */
export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** Replaces some of the state's values. */
  update(changes: Partial<State>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }

  /** @returns what ends it. */
  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The part of a store's state that a component shows; the component is drawn again when that part changes. */
export function useStore<State extends object, Part>(store: Store<State>, select: (state: State) => Part): Part {
  const [, drawAgain] = useState(0);
  const part = select(store.state);
  useEffect(() => {
    let shown = part;
    const look = () => {
      const next = select(store.state);
      if (Object.is(next, shown)) return;
      shown = next;
      drawAgain((count) => count + 1);
    };
    look();
    return store.follow(look);
  }, [store, part]);
  return part;
}
