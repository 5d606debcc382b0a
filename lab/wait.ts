import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../lib/progress.ts";

/** Waits until `test` is true, tried every 50 ms; fails after that many seconds with the text of `explain`. */
export async function until(
  test: () => boolean | Promise<boolean>,
  seconds: number,
  explain: () => string,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`${explain()} (waited ${seconds} s)`);
    await sleep(50);
  }
}

/** Does the work, and reports `what` with the seconds it took. */
export async function reportTime<T>(what: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work();
  progress(`${what} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
