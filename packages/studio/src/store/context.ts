/** How components reach the studio. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useStore } from "./store.js";
import type { Studio, StudioState } from "./studio.js";

export const StudioContext = createContext<Studio | undefined>(undefined);

/** The studio that the page belongs to. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === undefined) throw new Error("A component was drawn outside of the studio.");
  return studio;
}

/** Part of the studio's state. */
export function useStudioState<Part>(select: (state: StudioState) => Part): Part {
  return useStore(useStudio().store, select);
}
