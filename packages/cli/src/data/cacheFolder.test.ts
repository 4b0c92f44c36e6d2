import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultCacheFolder } from "./cacheFolder.js";

describe("defaultCacheFolder", () => {
  it.each<[string, Record<string, string>, NodeJS.Platform, string]>([
    ["Linux", {}, "linux", join("/home/me", ".cache", "starcast")],
    ["Linux with XDG", { XDG_CACHE_HOME: "/var/me" }, "linux", join("/var/me", "starcast")],
    ["macOS", {}, "darwin", join("/home/me", "Library", "Caches", "starcast")],
    ["Windows", { LOCALAPPDATA: "C:\\me" }, "win32", join("C:\\me", "starcast", "Cache")],
    ["Windows without it", {}, "win32", join("/home/me", "AppData", "Local", "starcast", "Cache")],
    ["the user's choice", { STARCAST_CACHE: "/mine", XDG_CACHE_HOME: "/var/me" }, "linux", "/mine"],
  ])("follows the system: %s", (_, environment, system, expected) => {
    expect(defaultCacheFolder(environment, system, "/home/me")).toBe(expected);
  });
});
