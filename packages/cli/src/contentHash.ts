import { createHash } from "node:crypto";

/** The hash by which a content security policy allows one inline style or program. */
export function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
