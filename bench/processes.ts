import { readFileSync, readdirSync } from "node:fs";
import { runningMachines } from "../lab/machine.ts";
import { sum } from "../lib/statistics.ts";

/** The kernel's ticks in a second, as every port of Linux that Docker runs on has them: proc(5), sysconf(_SC_CLK_TCK). */
export const TICKS = 100;

/** A process as /proc/<pid>/stat has it; times in ticks. */
export interface Process {
  parent: number;
  /** Its program's, cut to 15 characters. */
  name: string;
  /** Of its own. */
  own: number;
  /** Of its children that have ended, and theirs. */
  ended: number;
}

/** CPU seconds since some time in the past, user and system. */
export interface CpuTimes {
  /** Of the whole machine. */
  all: number;
  /** Of each machine of the lab, its processes that have ended included. */
  machines: Record<string, number>;
}

/** The CPU time of this machine until now, and that of each machine of a lab. @param lab its name, as in labName() */
export function cpuTimes(lab: string): CpuTimes {
  const found = processes();
  const machines = runningMachines().flatMap(({ lab: its, name, pid }) =>
    its === lab && pid !== undefined ? [[name, sumOf(found, pid)] as const] : [],
  );
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0] = line.split(/ +/).map(Number);
  return { all: (user + nice + system + interrupts + soft) / TICKS, machines: Object.fromEntries(machines) };
}

/** What was spent between two times. */
export function spent(before: CpuTimes, after: CpuTimes): CpuTimes {
  const names = Object.keys(after.machines);
  const since = (name: string) => (after.machines[name] ?? 0) - (before.machines[name] ?? 0);
  return {
    all: after.all - before.all,
    machines: Object.fromEntries(names.map((name) => [name, since(name)])),
  };
}

/** The memory of a process and its descendants in MiB, shared pages divided among those that share them. */
export function memoryOf(root: number): number {
  const own = Number(/^Pss:\s*(\d+)/m.exec(read(`${root}/smaps_rollup`))?.[1] ?? 0) / 1024;
  // One that has only begun is its parent still, all of whose memory it shows once more (vfork).
  const command = read(`${root}/cmdline`);
  const children = childrenOf(root).filter((child) => read(`${child}/cmdline`) !== command);
  return own + sum(children.map(memoryOf));
}

/** Of all its threads: each has the children that it has started. */
function childrenOf(pid: number): number[] {
  return list(`${pid}/task`).flatMap((thread) =>
    read(`${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

/** Seconds of a process, its descendants and those of them that have ended. */
function sumOf(found: ReadonlyMap<number, Process>, root: number): number {
  const isWithin = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = found.get(pid)?.parent;
    return parent !== undefined && isWithin(parent);
  };
  return sum([...found].map(([pid, { own, ended }]) => (isWithin(pid) ? own + ended : 0))) / TICKS;
}

/** All that run now, by pid. */
export function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const pid of readdirSync("/proc").map(Number).filter(Boolean)) {
    // Behind the name, in parentheses, which may have anything in it.
    const stat = read(`${pid}/stat`);
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0, , , , , , , , , , user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields;
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    found.set(pid, { parent, name, own: user + system, ended: endedUser + endedSystem });
  }
  return found;
}

/** The entries of a folder of /proc; none when its process has ended meanwhile. */
function list(folder: string): string[] {
  try {
    return readdirSync(`/proc/${folder}`);
  } catch {
    return [];
  }
}

/** A file of /proc; empty when its process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, "utf8");
  } catch {
    return "";
  }
}
