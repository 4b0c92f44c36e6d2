/** How many threads a page may compute with, and why not more. */

/** More threads than this would wait for each other: gradients are summed in eight parts. */
const mostThreads = 8;

/** What stands in the way of several threads. */
export type ThreadObstacle = "none" | "oneCore" | "notIsolated" | "notSecure";

/** Threads that are used when nobody chooses, at most, and why there are not more. */
export function threadsOf(page: {
  readonly crossOriginIsolated: boolean;
  readonly isSecureContext: boolean;
  readonly cores: number;
}): { readonly threads: number; readonly obstacle: ThreadObstacle } {
  if (page.cores < 2) return { threads: 1, obstacle: "oneCore" };
  if (!page.isSecureContext) return { threads: 1, obstacle: "notSecure" };
  if (!page.crossOriginIsolated) return { threads: 1, obstacle: "notIsolated" };
  return { threads: Math.min(mostThreads, page.cores), obstacle: "none" };
}

/** {@link threadsOf} this page. */
export function threadsHere(): ReturnType<typeof threadsOf> {
  const { crossOriginIsolated, isSecureContext } = globalThis;
  return threadsOf({ crossOriginIsolated, isSecureContext, cores: navigator.hardwareConcurrency ?? 1 });
}
