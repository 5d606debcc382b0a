import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import type { HistoryEntry } from "../model/history/update.ts";
import type { Deployment } from "../model/state/resources.ts";

/**
 * The folder of a `file://` backend; undefined where its URL is another's.
 * @param project the folder of Pulumi.yaml
 */
export function folderOf(url: string, project: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const folder = url.replace(/^file:\/\//, "").replace(/\?.*$/, "");
  return resolve(project, folder.replace(/^~/, homedir()));
}

/**
 * What the last update of a stack left.
 * @param name project/stack
 * @returns undefined where no file is found that has it
 */
export function presentState(folder: string, name: string): Deployment | undefined {
  return readCheckpoint(stateFile(folder, name));
}

/** Whether the backend has a stack: project/stack. */
export function hasStack(folder: string, name: string): boolean {
  return stateFile(folder, name) !== undefined;
}

/** The stacks of the backend, each as project/stack. */
export function stacksIn(folder: string): string[] {
  const stacks = `${folder}/.pulumi/stacks`;
  if (!existsSync(stacks)) return [];
  const names = readdirSync(stacks, { recursive: true, encoding: "utf8" }).flatMap(
    (file) => /^(.*)\.json(\.gz|\.zst)?$/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

function stateFile(folder: string, name: string): string | undefined {
  const file = `${folder}/.pulumi/stacks/${name}.json`;
  return [file, `${file}.gz`, `${file}.zst`].find(existsSync);
}

/** An update in a file backend's history. */
interface HistoryFile {
  entry: HistoryEntry;
  /** The file of the state it left; undefined where that is missing. */
  checkpoint: string | undefined;
}

/**
 * The updates of a stack, newest first, as `pulumi stack history` has them.
 * @param name project/stack
 * @returns undefined where no folder is found that has them
 */
export function historyFiles(folder: string, name: string): HistoryFile[] | undefined {
  // Backends from before Pulumi 3.61 know no projects.
  const folders = [name, name.replace(/^.*\//, "")].map((each) => `${folder}/.pulumi/history/${each}`);
  const history = folders.find(existsSync);
  if (history === undefined) return undefined;
  const files = readdirSync(history).sort().reverse();
  return files
    .filter((file) => /\.history\.json(\.gz|\.zst)?$/.test(file))
    .map((file) => {
      const checkpoint = files.find((other) => other === file.replace(".history.", ".checkpoint."));
      return { entry: recordIn(`${history}/${file}`), checkpoint: checkpoint && `${history}/${checkpoint}` };
    });
}

/** An update's record; its times are in seconds since 1970. */
function recordIn(file: string): HistoryEntry {
  const record = JSON.parse(decompressed(file).toString()) as HistoryEntry &
    Record<"startTime" | "endTime", number>;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { ...record, startTime: time(record.startTime), endTime: time(record.endTime) };
}

/** A checkpoint file's content. */
export function readCheckpoint(file: string | undefined): Deployment | undefined {
  if (file === undefined) return undefined;
  const { checkpoint } = JSON.parse(decompressed(file).toString()) as { checkpoint: { latest?: Deployment } };
  return checkpoint.latest ?? {};
}

/** A file's content. As pulumi does, goes by the first bytes: a copy can have the name of another compression. */
function decompressed(file: string): Buffer {
  const content = readFileSync(file);
  const begin = content.subarray(0, 4).toString("hex");
  if (begin.startsWith("1f8b")) return gunzipSync(content);
  return begin === "28b52ffd" ? Buffer.from(decompress(content)) : content;
}
