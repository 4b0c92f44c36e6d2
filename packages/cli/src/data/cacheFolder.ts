import { homedir, platform } from "node:os";
import { join } from "node:path";

/**
 * Where downloads are kept: `STARCAST_CACHE` when set, else the system's folder for caches
 * (`%LOCALAPPDATA%`, `~/Library/Caches`, or `$XDG_CACHE_HOME`, by default `~/.cache`).
 */
export function defaultCacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  system: NodeJS.Platform = platform(),
  home: string = homedir(),
): string {
  if (environment.STARCAST_CACHE) return environment.STARCAST_CACHE;
  if (system === "win32") return join(environment.LOCALAPPDATA || join(home, "AppData", "Local"), "starcast", "Cache");
  if (system === "darwin") return join(home, "Library", "Caches", "starcast");
  return join(environment.XDG_CACHE_HOME || join(home, ".cache"), "starcast");
}
