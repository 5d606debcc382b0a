import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./exclusive.ts";
import { makeFolder } from "./files.ts";
import { inProject, kept } from "./paths.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A folder of this process's own. */
export interface TemporaryFolder {
  folder: string;
  remove: () => void;
}

/**
 * Makes an empty folder that only its owner gets into. It goes with a signal that ends this process; what a killed
 * process has left goes when the next asks for one.
 */
export function temporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(join(folderOfAll(), `${process.pid}-`));
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    // Without a handler it would have ended this process; where there is another, that one decides.
    if (!process.listenerCount(signal)) process.kill(process.pid, signal);
  };
  const remove = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { folder, remove };
}

/** Does the work with such a folder, which goes at its end. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const { folder, remove } = temporaryFolder();
  try {
    return await work(folder);
  } finally {
    remove();
  }
}

/** Says that this process uses something of that name, for as long as it lives. */
export function use(name: string): void {
  writeFileSync(join(folderOfAll(), `${process.pid}-uses-${name}`), "", { mode: 0o600 });
}

/** What living processes use, this one too. */
export function used(): Set<string> {
  return new Set(readdirSync(folderOfAll()).map((entry) => entry.replace(/^\d+-uses-/, "")));
}

/** Without what processes have left there that are no more. */
function folderOfAll(): string {
  const folder = makeFolder(inProject(kept.temporary()));
  for (const entry of readdirSync(folder))
    if (!isAlive(Number.parseInt(entry))) rmSync(join(folder, entry), { recursive: true, force: true });
  return folder;
}
