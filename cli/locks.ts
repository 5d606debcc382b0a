import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../toolchain/process.ts";

/** What Pulumi's file backend writes into a lock. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * Removes the locks a killed `pulumi` of this machine has left on a stack; those of living processes and of other
 * machines stay. (`pulumi cancel` would remove those too.)
 * @param state folder of the file backend
 */
export function releaseDeadLocks(state: string, stack: string, report: (line: string) => void): void {
  const folder = join(state, ".pulumi/locks/organization/slipway", stack);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const lock = JSON.parse(readFileSync(join(folder, file), "utf8")) as Lock;
    if (lock.hostname !== hostname() || isAlive(lock.pid)) continue;
    for (const path of [file, `${file}.attrs`]) rmSync(join(folder, path), { force: true });
    report(`lock: taken over from process ${lock.pid}, which is no more`);
  }
}
