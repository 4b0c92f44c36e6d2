/** What is told of a model beside its answers. */
import { sameAnswer, type TrainMetrics, worseThanBaseline } from "@starcast/core";
import { judge } from "starcast/browser";
import type { Verdict } from "./protocol.js";

/** SHA-256 in hexadecimal: what `sha256sum model.safetensors` says of the command line's model. */
export async function fingerprintOf(bytes: Uint8Array): Promise<string> {
  // Browsers offer it to pages of the own machine and over HTTPS only.
  if (globalThis.crypto?.subtle === undefined) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The result against the strongest baseline, in words. */
export function verdictOf({ test, validation, baselines }: TrainMetrics): Verdict | undefined {
  return baselines && judge(test ?? validation, baselines, { sameAnswer, worseThanBaseline });
}
