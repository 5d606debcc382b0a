/** A process as `ps` shows it. */
export interface Process {
  pid: number;
  parent: number;
  /** Its command line. */
  args: string;
}

/** Arguments of `ps` for what {@link processesIn} reads: every process of this machine. */
export const PS = ["-A", "-o", "pid=,ppid=,args="];

/** The processes that `ps` has printed. */
export function processesIn(printed: string): Process[] {
  const lines = [...printed.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
  return lines.map(([, pid, parent, args = ""]) => ({ pid: Number(pid), parent: Number(parent), args }));
}
