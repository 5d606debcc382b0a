import { readFileSync, readdirSync } from "node:fs";
import { start } from "../lib/run.ts";
import type { Cost } from "./row.ts";

// bash's own `time` counts every child that was waited for.
const TIMED = 'TIMEFORMAT="%U %S"; time eval "$1" 2>&1';

/**
 * Runs a command line of sh to its end and measures what it took.
 * @throws Error with what it printed, when it failed
 */
export async function measureCommand(
  line: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Pick<Cost, "seconds" | "cpuSeconds" | "peakMemoryMiB">> {
  const started = performance.now();
  const { pid = 0, stdin, ended } = start(["bash", "-c", TIMED, "bash", line], { cwd, env });
  stdin.end();
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, memoryOf(pid))), 200);
  const { code, stdout: printed, stderr: times } = await ended;
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${line}: exit code ${code}\n${printed}${times}`);
  const [user = 0, system = 0] = times.trim().split(" ").map(Number);
  return { seconds, cpuSeconds: user + system, peakMemoryMiB: peak };
}

/** The memory of a process and its descendants in MiB, shared pages divided among those that share them. */
function memoryOf(root: number): number {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Boolean)) {
    const parent = Number(/^PPid:\s*(\d+)/m.exec(read(pid, "status"))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const sum = (pid: number): number => {
    const own = Number(/^Pss:\s*(\d+)/m.exec(read(pid, "smaps_rollup"))?.[1] ?? 0);
    return (children.get(pid) ?? []).reduce((total, child) => total + sum(child), own);
  };
  return sum(root) / 1024;
}

/** A file of a process; empty when it has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
