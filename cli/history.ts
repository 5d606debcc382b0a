import type { StateResource } from "../model/state.ts";
import { type HistoryEntry, type Update, updatesOf } from "../model/update.ts";
import { checkpoints, folderOf, readCheckpoint } from "../stack/file-backend.ts";
import { answer, projectName, selectedStack } from "../stack/pulumi.ts";
import { ofStack, readState } from "../stack/state.ts";
import { paths } from "./paths.ts";

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
  const folder = folderOf(url);
  const name = `${projectName()}/${shown.trim()}`;
  const metrics = `${folder ?? paths.project}/.slipway/metrics/${name}.jsonl`;
  if (folder !== undefined) {
    const files = checkpoints(folder, name);
    return {
      metrics,
      updates: updates.map((update, index) => ({
        update,
        resources: () => Promise.resolve(resourcesIn(files[index])),
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

/** The resources of a checkpoint file; undefined where there is none. */
export function resourcesIn(file: string | undefined): StateResource[] | undefined {
  return file === undefined ? undefined : (readCheckpoint(file)?.resources ?? []);
}
