import type { Output } from "./output.js";

/** One line that is rewritten in place on a terminal, and stays silent elsewhere. */
export interface ProgressLine {
  /** Shows a share of the work (0 to 1) with a few words beside the bar. */
  update(share: number, words: string): void;
  /** Takes the line away, so that ordinary lines can follow. */
  clear(): void;
  /** Takes the line away for good and gives the cursor back. */
  stop(): void;
}

const silent: ProgressLine = { update: () => {}, clear: () => {}, stop: () => {} };
const framesPerSecond = 10;
const barWidth = 20;

/** A progress line on the output's terminal; a silent one in pipes, files, dumb terminals and with `--quiet`. */
export async function createProgress(output: Output): Promise<ProgressLine> {
  const sink = output.sink;
  if (output.quiet || sink.isTTY !== true) return silent;
  const { SingleBar } = (await import("cli-progress")).default;
  const draw = (share: number, words: string) => {
    const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
    const [full, empty] = output.unicode ? ["█", "░"] : ["#", "."];
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    return `  ${full.repeat(filled)}${empty.repeat(barWidth - filled)}${percent}  ${output.plain(words)}`.slice(
      0,
      (sink.columns || 80) - 1,
    );
  };
  const make = () =>
    new SingleBar({
      stream: sink as NodeJS.WritableStream,
      fps: framesPerSecond,
      clearOnComplete: true,
      hideCursor: true,
      // Ctrl-C is ours: the training loop ends first.
      gracefulExit: false,
      format: (_options, state, payload: { words: string }) => draw(state.progress, payload.words),
    });
  let bar: ReturnType<typeof make> | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update(share, words) {
      if (bar === undefined) {
        bar = make();
        bar.start(1, share, { words });
      } else bar.update(share, { words });
    },
    clear: stop,
    stop,
  };
}
