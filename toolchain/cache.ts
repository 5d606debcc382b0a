import { createHash } from "node:crypto";
import { once as happens } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "./install.ts";

/** What is kept for every project of this user: `$SLIPWAY_CACHE`, else `slipway` in the user's cache folder. */
export function cacheFolder(): string {
  return (
    process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway")
  );
}

/**
 * Makes `folder` unless it is there. `make` fills an empty folder beside it that takes the name only when complete,
 * so a process killed on the way leaves nothing that counts; what it leaves is removed by the next one. A second
 * process waits for the first, and says so.
 */
export async function once(
  folder: string,
  make: (unfinished: string) => Promise<void>,
  report: Report = () => undefined,
): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await exclusive(folder, report, async () => {
    if (existsSync(folder)) return;
    await removeLeftovers(folder);
    const unfinished = `${folder}.unfinished-${process.pid}`;
    await mkdir(unfinished);
    try {
      await make(unfinished);
      await rename(unfinished, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error; // else another process has made the same: as good as ours
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

async function removeLeftovers(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.unfinished-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix) && !running(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Does the work while no other process does work of that name. The lock is a socket in Linux's abstract namespace: no
 * file to leave behind, and the kernel frees it with its process, however that ends. Elsewhere there is no lock, and
 * two processes may do the same work side by side.
 */
async function exclusive(name: string, report: Report, work: () => Promise<void>): Promise<void> {
  if (process.platform !== "linux") {
    await work();
    return;
  }
  const address = `\0slipway-${createHash("sha256").update(name).digest("hex")}`;
  let lock = await listen(address);
  if (!lock) report(`${basename(name)}: another process is making it, waiting…`);
  while (!lock) {
    await sleep(200);
    lock = await listen(address);
  }
  try {
    await work();
  } finally {
    lock.close();
  }
}

/** A server at that address; nothing if another process has it. */
async function listen(address: string): Promise<Server | undefined> {
  const server = createServer();
  try {
    await happens(server.listen(address), "listening");
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}
