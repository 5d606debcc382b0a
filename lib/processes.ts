import { runSync } from "./run.ts";

/** A process as `ps` shows it. */
export interface Process {
  pid: number;
  parent: number;
  /** Number of the user it runs as. */
  user: number;
  /** Its command line. */
  args: string;
}

/**
 * Every process of this machine.
 * @throws UserError where there is no `ps`
 */
export function readProcesses(): Process[] {
  return parseProcesses(
    runSync(["ps", "-A", "-o", "pid=,ppid=,uid=,args="], { advice: "install procps" }).stdout,
  );
}

/** The processes that `ps` has printed so. */
export function parseProcesses(printed: string): Process[] {
  const lines = [...printed.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/gm)];
  return lines.map(([, pid, parent, user, args = ""]) => {
    return { pid: Number(pid), parent: Number(parent), user: Number(user), args };
  });
}
