import { once as happens } from "node:events";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "./progress.ts";

/** Whether a process of that number lives on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Does the work while no other process of this machine does work of that name, of 100 bytes at most; reports that it
 * has to wait. The lock is a socket in Linux's abstract namespace: no file to leave behind, and the
 * kernel frees it with its process, however that ends. Elsewhere there is no lock, and two may work side by side.
 */
export async function exclusive<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  if (process.platform !== "linux") return work();
  let lock = await listen(`\0${name}`);
  if (!lock) progress(`waiting for another process that works on ${name}…`);
  while (!lock) {
    await sleep(200);
    lock = await listen(`\0${name}`);
  }
  try {
    return await work();
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
