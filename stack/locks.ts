import { hostname } from "node:os";
import { runSync } from "../lib/run.ts";

/** A process that has a stack to itself. */
export interface Lock {
  user: string;
  host: string;
  pid: number;
  /** When it was taken, as ISO 8601 has it. */
  since: string;
}

/** The locks that made `pulumi` refuse to work, from what it said; undefined if that was not the reason. */
export function locksIn(stderr: string): Lock[] | undefined {
  // Pulumi Cloud does not say whose it is.
  if (stderr.includes("[409] Conflict: Another update is currently in progress")) return [];
  if (!stderr.includes("the stack is currently locked by")) return undefined;
  const line = /created by (\S*?)@(\S+) \(pid (\d+)\) at (\S+)/g;
  return [...stderr.matchAll(line)].map(([, user = "", host = "", pid, since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since,
  }));
}

/** Whether it was taken on this machine by a `pulumi` that is no more. */
export function isDead({ host, pid }: Lock): boolean {
  if (host !== hostname()) return false;
  const { code, stdout } = runSync(["ps", "-o", "comm=", "-p", String(pid)], { advice: "install procps" });
  // The number may have gone to another program meanwhile.
  return code === 1 || (code === 0 && !stdout.includes("pulumi"));
}

/** For whom one waits. */
export function describe(locks: readonly Lock[]): string {
  const owners = locks.map(({ user, host, pid, since }) => `${user}@${host} (process ${pid}) since ${since}`);
  return owners.join(", ") || "another update, see the stack's page on Pulumi Cloud";
}
