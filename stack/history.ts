import { type Live, findLive } from "../model/history/live.ts";
import { type Release, releasesBetween } from "../model/history/releases.ts";
import type { StateResource } from "../model/state/resources.ts";
import { type HistoryEntry, type Update, updatesOf } from "../model/history/update.ts";
import { folderOf, historyFiles, readCheckpoint } from "./file-backend.ts";
import { kept } from "../lib/paths.ts";
import { answer } from "./pulumi.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

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

/**
 * The history of the session's stack: a file backend's is read from its files, another's by `pulumi` with its own
 * credentials. What an update left is read only when it is asked for: on Pulumi Cloud that is one call for each.
 */
export async function readHistory(session: Session): Promise<History> {
  const { backend, project, stack } = session;
  const folder = folderOf(backend, session.folder);
  const name = `${project}/${stack}`;
  const history = (
    entries: readonly HistoryEntry[],
    resources: (update: Update, index: number) => ReturnType<Recorded["resources"]>,
    gap = "",
  ): History => ({
    updates: updatesOf(entries).map((update, index) => ({
      update,
      resources: () => resources(update, index),
    })),
    gap,
    metrics: `${folder ?? session.folder}/${kept.metrics(name)}`,
  });

  const files = folder === undefined ? undefined : historyFiles(folder, name);
  if (files)
    return history(
      files.map(({ entry }) => entry),
      (_, index) => Promise.resolve(resourcesIn(files[index]?.checkpoint)),
    );
  // A page of 0 is all.
  const listed = await answer(session, "stack", "history", "--json", "--page-size", "0");
  const entries = (JSON.parse(listed) as HistoryEntry[] | null) ?? [];
  // Pulumi Cloud's console; one of one's own may have none.
  if (/^(https?:|$)/.test(backend))
    return history(
      entries,
      async ({ number }) => (await readState(session, { version: number })).resources ?? [],
    );
  const gap =
    `${backend}: which services an earlier update rolled is not known, as pulumi gives out only the present state of ` +
    `such a backend; expected a file:// backend or Pulumi Cloud. Copy the bucket's .pulumi folder with its own ` +
    `program, and ask again with PULUMI_BACKEND_URL=file://<folder it is in>`;
  // A stack that was never updated has no folder.
  return history(entries, () => Promise.resolve(undefined), folder === undefined ? gap : "");
}

/** The resources of a checkpoint file; undefined where there is none. */
export function resourcesIn(file: string | undefined): StateResource[] | undefined {
  return file === undefined ? undefined : (readCheckpoint(file)?.resources ?? []);
}

/** All releases, newest first; what an update left is read only when its release is asked for. */
export async function* releasesOf(
  updates: readonly Recorded[],
  now: readonly StateResource[],
): AsyncGenerator<Release> {
  let after: readonly StateResource[] | undefined = now;
  let update: Recorded["update"] | undefined;
  for (const older of [...updates, undefined]) {
    const before: readonly StateResource[] | undefined = older ? await older.resources() : [];
    yield* before && after ? releasesBetween(before, after, update) : update ? [update] : [];
    [after, update] = [before, older?.update];
  }
}

/** What answers for each service now, and which of the updates brought it. */
export function liveOf(updates: readonly Recorded[], now: readonly StateResource[]): Live[] {
  return findLive(
    now,
    updates.map(({ update }) => update),
  );
}
