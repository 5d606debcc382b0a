import { execFile, type ExecFileOptions } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../lib/progress.ts";

/**
 * Runs a program to its end and gives what it printed. Fails with the command and the last ten lines of what it
 * said when it exits non-zero.
 */
export async function run(command: string, args: string[], options: ExecFileOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { maxBuffer: 64 << 20, ...options, encoding: "utf8" },
      (error, stdout, stderr) => {
        const said = (stdout + stderr).trim().split("\n").slice(-10).join("\n");
        if (error) reject(new Error(`${command} ${args.join(" ")}: ${said || error.message}`));
        else resolve(stdout);
      },
    );
    child.stdin?.end();
  });
}

/** The same for a program that takes its time: the kernel ends it with this process, however that ends. */
export async function runMortal(
  command: string,
  args: string[],
  options: ExecFileOptions = {},
): Promise<string> {
  return run("setpriv", ["--pdeathsig", "KILL", command, ...args], options);
}

/** Asks again every 50 ms until the answer is true; fails after that many seconds with what `explain` says. */
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

/** Reports `what` with the seconds the work took. */
export async function timed<T>(what: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work();
  progress(`${what} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
