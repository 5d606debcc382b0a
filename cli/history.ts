import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { parse } from "yaml";
import type { StateResource } from "../model/state.ts";
import { type HistoryEntry, type Update, updatesOf } from "../model/update.ts";
import { type Deployment, ofStack, readState } from "../stack/state.ts";
import { paths } from "./paths.ts";
import { answer, selectedStack } from "../stack/pulumi.ts";

/** An update of a stack's history, and a way to what it left. */
export interface Recorded {
  update: Update;
  /** Reads the resources it left; undefined where the backend does not give them out. */
  resources: () => Promise<StateResource[] | undefined>;
}

/** A stack's history, as far as its backend gives it out. */
export interface History {
  /** Newest first. */
  updates: Recorded[];
  /** What is not known, and how to come to know it; empty if all is. */
  gap: string;
  /** The file of the stack's metrics: in a file backend's folder, so that all who share that share it; else in ours. */
  metrics: string;
}

/** The updates of the selected stack, or of the one named, newest first: without what they left. */
export async function listUpdates(stack?: string): Promise<Update[]> {
  // A page of 0 is all.
  const listed = await answer("stack", "history", "--json", "--page-size", "0", ...ofStack(stack));
  return updatesOf((JSON.parse(listed) as HistoryEntry[] | null) ?? []);
}

/**
 * The history of the selected stack, or of the one named, with pulumi's own credentials. What an update left is read
 * only when it is asked for: on Pulumi Cloud that is one call for each.
 */
export async function readHistory(stack?: string): Promise<History> {
  const [url, updates, shown] = await Promise.all([
    backendUrl(),
    listUpdates(stack),
    stack === undefined ? selectedStack() : answer("stack", "--show-name", "--stack", stack),
  ]);
  const folder = url.startsWith("file://") ? folderOf(url) : paths.project;
  const { name: project } = parse(readFileSync(`${paths.project}/Pulumi.yaml`, "utf8")) as { name: string };
  const name = `${project}/${shown.trim()}`;
  const metrics = `${folder}/.slipway/metrics/${name}.jsonl`;
  if (url.startsWith("file://")) {
    const files = checkpoints(historyFolder(folder, name));
    return {
      metrics,
      updates: updates.map((update, index) => ({
        update,
        resources: () => Promise.resolve(readCheckpoint(files[index])),
      })),
      gap: "",
    };
  }
  // Pulumi Cloud's console; one of one's own may have none.
  if (/^(https?:|$)/.test(url)) {
    return {
      metrics,
      updates: updates.map((update) => ({
        update,
        resources: async () => (await readState(stack, { version: update.number })).resources ?? [],
      })),
      gap: "",
    };
  }
  return {
    metrics,
    updates: updates.map((update) => ({ update, resources: () => Promise.resolve(undefined) })),
    gap:
      `${url}: which services an earlier update rolled is not known, as pulumi gives out only the present state of ` +
      `such a backend; expected a file:// backend or Pulumi Cloud. Copy the bucket's .pulumi folder with its own ` +
      `program, and ask again with PULUMI_BACKEND_URL=file://<folder it is in>`,
  };
}

/** Where the state is. */
async function backendUrl(): Promise<string> {
  // It goes before what one is logged in to, and each `pulumi` takes a third of a second.
  const { PULUMI_BACKEND_URL: url } = process.env;
  return url ?? (JSON.parse(await answer("whoami", "--json")) as { url: string }).url;
}

/** The folder of a file backend. */
function folderOf(url: string): string {
  const folder = url.replace(/^file:\/\//, "").replace(/\?.*$/, "");
  return resolve(paths.project, folder.replace(/^~/, homedir()));
}

/**
 * Where a file backend keeps the history of a stack.
 * @param name project/stack
 */
function historyFolder(folder: string, name: string): string {
  const ofProject = `${folder}/.pulumi/history/${name}`;
  // Backends from before Pulumi 3.61 know no projects.
  return existsSync(ofProject) ? ofProject : `${folder}/.pulumi/history/${name.replace(/^.*\//, "")}`;
}

/** The checkpoint files that belong to the updates of a folder, newest first; undefined where one is missing. */
function checkpoints(folder: string): (string | undefined)[] {
  const files = existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
  return files
    .filter((file) => /\.history\.json(\.gz|\.zst)?$/.test(file))
    .map((file) => files.find((other) => other === file.replace(".history.", ".checkpoint.")))
    .map((file) => file && `${folder}/${file}`);
}

/** The resources of a checkpoint file. */
export function readCheckpoint(file: string | undefined): StateResource[] | undefined {
  if (file === undefined) return undefined;
  const text = decompressed(file).toString();
  const { checkpoint } = JSON.parse(text) as { checkpoint: { latest?: Deployment } };
  return checkpoint.latest?.resources ?? [];
}

/** A file's content. As pulumi does, goes by the first bytes: a copy can have the name of another compression. */
function decompressed(file: string): Buffer {
  const content = readFileSync(file);
  const begin = content.subarray(0, 4).toString("hex");
  if (begin.startsWith("1f8b")) return gunzipSync(content);
  return begin === "28b52ffd" ? Buffer.from(decompress(content)) : content;
}
