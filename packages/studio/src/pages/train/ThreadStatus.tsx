import { counted } from "../../parts/numbers.js";
import { type ThreadObstacle, threadsHere } from "../../store/threads.js";

const why: Readonly<Record<Exclude<ThreadObstacle, "none">, string>> = {
  oneCore: "This machine offers one processor core.",
  notSecure: "Browsers share memory among threads only on pages of this machine (localhost) and over HTTPS.",
  notIsolated:
    "The server of this page does not isolate it from others, so the browser shares no memory among threads.",
};

/** Whether several threads compute, and if not, why and what to do. */
export function ThreadStatus() {
  const { threads, obstacle } = threadsHere();
  if (obstacle === "none") {
    return (
      <p class="quiet threads">
        Threads are on: up to {counted(threads, "thread")} compute together, with the same result as one.
      </p>
    );
  }
  return (
    <details class="quiet threads">
      <summary>Threads are off: training takes one processor core. Why?</summary>
      <p>{why[obstacle]}</p>
      {obstacle !== "oneCore" && (
        <p>
          To turn them on, open the studio with <code>starcast studio</code>, or let the server send the headers{" "}
          <code>Cross-Origin-Opener-Policy: same-origin</code> and{" "}
          <code>Cross-Origin-Embedder-Policy: require-corp</code>. The trained model is the same, bit for bit.
        </p>
      )}
    </details>
  );
}
