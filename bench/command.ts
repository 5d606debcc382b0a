import { start } from "../lib/run.ts";
import { sum } from "../lib/statistics.ts";
import { cpuTimes, memoryOf, spent } from "./processes.ts";
import type { Cost } from "./row.ts";
import { type Look, Sampler } from "./spenders.ts";

// bash's own `time` counts every child that was waited for.
const TIMED = 'TIMEFORMAT="%U %S"; time eval "$1" 2>&1';

/** How often its memory is looked at: each look takes some CPU time of what is measured. */
const LOOK_MS = 500;

/**
 * Runs a command line of sh to its end and measures what it took.
 * @param lab whose machines' CPU time is told apart
 * @param sampled is told who spent CPU time when; looking for that takes some itself
 * @throws Error with what it printed, when it failed
 */
export async function measureCommand(
  line: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  lab: string,
  sampled?: (looks: readonly Look[]) => void,
): Promise<Pick<Cost, "seconds" | "cpu" | "peakMemoryMiB">> {
  const before = cpuTimes(lab);
  const started = performance.now();
  const { pid = 0, stdin, ended } = start(["bash", "-c", TIMED, "bash", line], { cwd, env });
  stdin.end();
  const sampler = sampled && new Sampler(pid, lab);
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, memoryOf(pid))), LOOK_MS);
  const { code, stdout: printed, stderr: times } = await ended;
  clearInterval(look);
  if (sampler) sampled(sampler.stop());
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${line}: exit code ${code}\n${printed}${times}`);
  const [user = 0, system = 0] = times.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  const { all, machines } = spent(before, cpuTimes(lab));
  const { builder = 0, registry = 0, ...hosts } = machines;
  const host = sum(Object.values(hosts));
  return { seconds, cpu: { all, command: user + system, builder, registry, host }, peakMemoryMiB: peak };
}
