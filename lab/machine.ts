import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "../lib/run.ts";
import { until } from "./wait.ts";

const script = fileURLToPath(new URL("machine.sh", import.meta.url));
const startScript = "/slipway/start";

/** A machine of a lab: one process tree in namespaces of its own, over a shared root file system. */
export interface MachineSpec {
  /** The lab's name, "slipway-<id>". */
  lab: string;
  name: string;
  /** Keeps the machine's disk and its log. */
  folder: string;
  /** Whether it has a network of its own; else it shares this machine's. */
  ownNetwork: boolean;
  /** What is seen inside from outside: [path outside, path inside]. */
  mounts: [string, string][];
  /** Files put onto its disk each time it starts: path inside to content, readable by root only. */
  files: Record<string, string>;
  /** Shell script that is its first process; the machine is off when it ends. */
  start: string;
}

/** A machine that runs. */
export interface RunningMachine {
  lab: string;
  name: string;
  /** Its first process as this machine numbers it, once its root is in place; else undefined. */
  pid?: number;
  /** All processes to end to switch it off: the rest goes with them. */
  processes: number[];
}

/** Every machine of every lab that runs here, found by the command lines of their first processes. */
export function runningMachines(): RunningMachine[] {
  const found = new Map<string, RunningMachine>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const args = read(`/proc/${entry}/cmdline`).split("\0");
    const at = args.findIndex((arg) => arg === startScript || arg.endsWith("/lab/machine.sh"));
    const [lab, name] = args.slice(at + 1);
    if (at < 1 || !["sh", "unshare"].includes(args[0] ?? "") || !lab?.startsWith("slipway-") || !name)
      continue;
    const key = `${lab}/${name}`;
    const machine = found.get(key) ?? { lab, name, processes: [] };
    machine.processes.push(Number(entry));
    if (args[at] === startScript && isFirst(entry)) machine.pid = Number(entry);
    found.set(key, machine);
  }
  return [...found.values()];
}

/** The machine of that name when it runs. */
export function runningMachine(lab: string, name: string): RunningMachine | undefined {
  return runningMachines().find((machine) => machine.lab === lab && machine.name === name);
}

/** Switches a machine on, over what its disk held before, and gives the number of its first process. */
export async function powerOn(spec: MachineSpec, rootfs: string): Promise<number> {
  const files = { ...spec.files, [startScript]: spec.start };
  for (const [path, content] of Object.entries(files)) {
    const file = join(spec.folder, "files", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o600 });
  }
  const namespaces = ["--pid", "--fork", "--kill-child", "--mount", "--uts"];
  if (spec.ownNetwork) namespaces.push("--net");
  const first = ["sh", script, spec.lab, spec.name, rootfs, spec.folder, ...spec.mounts.flat()];
  const log = openSync(logFile(spec), "a", 0o600);
  const child = spawn("unshare", [...namespaces, ...first], {
    detached: true, // it outlives this process, and Ctrl-C
    stdio: ["ignore", log, log],
    env: machineEnvironment(),
  });
  closeSync(log);
  child.unref();
  await until(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${spec.name}: ended at once:\n${await lastLines(logFile(spec))}`);
      return runningMachine(spec.lab, spec.name)?.pid !== undefined;
    },
    20,
    () => `${spec.name}: does not start, see ${logFile(spec)}`,
  );
  return firstProcess(spec.lab, spec.name);
}

/** Cuts the power of the lab's machines, of all or of the one named; their disks stay. */
export async function powerOff(lab: string, name?: string): Promise<void> {
  const mine = () =>
    runningMachines().filter((each) => each.lab === lab && [undefined, each.name].includes(name));
  const living = () => mine().flatMap((machine) => machine.processes);
  // Again, because one may have been about to start another.
  for (let pids = living(); pids.length > 0; pids = living()) {
    for (const pid of pids) kill(pid);
    // The first process of a namespace is the last to be dead there.
    const left = () => pids.filter((pid) => !isDead(pid));
    await until(
      () => left().length === 0,
      30,
      () => `${lab}: processes do not end: ${left().join(", ")}`,
    );
  }
}

/** Runs a program as root on a running machine, and gives what it printed. */
export async function inside(lab: string, name: string, command: string[]): Promise<string> {
  return output(["nsenter", "--all", "--target", String(firstProcess(lab, name)), ...command]);
}

function firstProcess(lab: string, name: string): number {
  const pid = runningMachine(lab, name)?.pid;
  if (pid === undefined) throw new Error(`${name}: the machine is off`);
  return pid;
}

/** Where a machine's own messages go. */
export function logFile(machine: { folder: string }): string {
  return join(machine.folder, "log");
}

/** The last ten lines of a file, or why there are none. */
export async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => String(error));
  return text.trim().split("\n").slice(-10).join("\n");
}

/** Of this process's environment only the way out to the internet, if there is one: the rest is its user's own. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return { ...Object.fromEntries(proxies), PATH: path, HOME: "/root" };
}

/** Whether a process is number 1 of its namespace: a child of the start script looks like it until it is another. */
function isFirst(pid: string): boolean {
  return /^NSpid:.*\t1$/m.test(read(`/proc/${pid}/status`));
}

/** Whether a process is no more, but for its entry that waits for the parent to take notice. */
function isDead(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status === "" || /^State:\t[ZX]/m.test(status);
}

/** A file of a process; empty when it ended in between. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
