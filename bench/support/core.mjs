/**
 * The built library: what users get is what is measured.
 *
 * @returns {Promise<typeof import("@starcast/core")>}
 */
export async function loadCore() {
  try {
    return await import("@starcast/core");
  } catch (error) {
    throw new Error(`Starcast is not built yet: run "npm run build" first (${error.message}).`, { cause: error });
  }
}
