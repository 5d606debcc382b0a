import { performance } from "node:perf_hooks";

/** The program's run in this process: Pulumi starts a process for it, unless `slipway` runs it in its own. */
export const run = {
  /** When it began, in ms since 1970. */
  started: performance.timeOrigin,
  /** What is done when it has ended, also when it has failed. */
  onEnd: (work: () => void): void => void process.once("exit", work),
};
