/**
 * The built library: what users get is what is measured.
 *
 * @returns {Promise<typeof import("@starcast/core")>}
 */
export async function loadCore() {
  try {
    return await import("@starcast/core");
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`Starcast is not built yet: run "npm run build" first (${reason}).`, { cause: error });
  }
}
