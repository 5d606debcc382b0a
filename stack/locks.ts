import { readlinkSync, statSync, statfsSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { isAlive } from "../lib/exclusive.ts";
import { runSync } from "../lib/run.ts";
import { folderOf } from "./file-backend.ts";
import type { Session } from "./session.ts";

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

/** Since when this machine runs, in ms since 1970. Not that of a container: the machine's. */
const bootTime = () => Date.now() - uptime() * 1000;

/**
 * Whether it was surely taken on this machine by a `pulumi` that is no more. A name of a machine is not sure: others can
 * have the same, and share a bucket or a folder with this one. So a process that is not here proves something only where
 * all who can take the lock would be here; elsewhere only that the lock is older than this machine's start.
 */
export function isDead(lock: Lock, { backend, folder }: Pick<Session, "backend" | "folder">): boolean {
  if (lock.host !== hostname()) return false;
  const files = folderOf(backend, folder);
  return files !== undefined && isUsedHereAlone(files) ? isGone(lock) : Date.parse(lock.since) < bootTime();
}

/** File systems that other machines or containers may have mounted too, by their numbers in statfs(2). */
const SHARED = new Set([
  ...[0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546, 0x01021997], // nfs, smb, smb2, cifs, fuse, 9p
  ...[0x00c36400, 0x5346414f, 0x01161970, 0x7461636f], // ceph, afs, gfs2, ocfs2
]);
/** The first namespace of processes, which sees all others: PROC_PID_INIT_INO of Linux's include/linux/proc_ns.h. */
const FIRST_NAMESPACE = "pid:[4026531836]";

/** Whether all processes that use a folder are seen from here. */
function isUsedHereAlone(folder: string): boolean {
  if (process.platform !== "linux") return true;
  if (SHARED.has(statfsSync(folder).type)) return false;
  // In a container: what is mounted into it may be mounted into others too, what is its own may not.
  return readlinkSync("/proc/self/ns/pid") === FIRST_NAMESPACE || statSync(folder).dev === statSync("/").dev;
}

/** Whether the process is none that can have taken the lock: the number may have gone to another meanwhile. */
function isGone({ pid, since }: Lock): boolean {
  if (!isAlive(pid)) return true;
  const words = ["ps", "-o", "stat=", "-o", "etime=", "-o", "comm=", "-p", String(pid)];
  const [, state = "", age = "", name] =
    /^\s*(\S+)\s+(\S+)\s+(.*)$/m.exec(runSync(words, { advice: "install procps" }).stdout) ?? [];
  if (name === undefined) return false; // alive, but hidden from this user
  const started = Date.now() - toSeconds(age) * 1000;
  return !name.includes("pulumi") || state.startsWith("Z") || started > Date.parse(since) + 5000;
}

/** Of ps's etime, "[[days-]hours:]minutes:seconds". */
function toSeconds(age: string): number {
  const [clock = "", days = "0"] = age.split("-").reverse();
  return Number(days) * 86_400 + clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** For whom one waits. */
export function describe(locks: readonly Lock[]): string {
  const owners = locks.map(({ user, host, pid, since }) => `${user}@${host} (process ${pid}) since ${since}`);
  return owners.join(", ") || "another update, see the stack's page on Pulumi Cloud";
}
