import { describe, expect, it } from "vitest";
import { threadsOf } from "./threads.js";

const page = { crossOriginIsolated: true, isSecureContext: true, cores: 4 };

describe("threadsOf", () => {
  it("uses all cores of an isolated page, up to eight", () => {
    expect(threadsOf(page)).toEqual({ threads: 4, obstacle: "none" });
    expect(threadsOf({ ...page, cores: 32 }).threads).toBe(8);
  });

  it("says what stands in the way", () => {
    expect(threadsOf({ ...page, cores: 1 })).toEqual({ threads: 1, obstacle: "oneCore" });
    expect(threadsOf({ ...page, crossOriginIsolated: false })).toEqual({ threads: 1, obstacle: "notIsolated" });
    expect(threadsOf({ ...page, isSecureContext: false, crossOriginIsolated: false }).obstacle).toBe("notSecure");
  });
});
