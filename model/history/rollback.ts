import { isDeepStrictEqual } from "node:util";
import { type Pin, configuration } from "./pins.ts";
import type { Change, Release } from "./releases.ts";
import { digestOf, repositoryOf } from "../image/reference.ts";

/** Which release of a service is meant. */
export type ReleaseSelector =
  /** What answers now. */
  | { kind: "live" }
  /** What answered before that; with `config`, what was configured otherwise counts too. */
  | { kind: "before"; config: boolean }
  /** What answered when that update had ended, whatever it changed. */
  | { kind: "update"; number: number }
  /** The same, of the last update from that commit. */
  | { kind: "commit"; commit: string }
  /** The last one whose entry had that version. */
  | { kind: "version"; version: string }
  /** The last one of that digest, or of one that begins so. */
  | { kind: "digest"; digest: string };

/** A release of one service. */
export interface ServiceRelease {
  release: Release;
  change: Change;
}

/** What `--to` says: the number of an update, a digest, a commit as git knows it, or else a version. */
export function parseSelector(text: string, commit: string | undefined): ReleaseSelector {
  if (/^\d{1,6}$/.test(text)) return { kind: "update", number: Number(text) };
  if (text.startsWith("sha256:")) return { kind: "digest", digest: text };
  if (commit ?? /^[0-9a-f]{7,40}$/.test(text)) return { kind: "commit", commit: commit ?? text };
  return { kind: "version", version: text };
}

/**
 * The release that is meant.
 * @param releases newest first, as many as are read yet
 * @param pin what the service is pinned to now, if it is: back from there leads what was before that release, not what
 * was rolled back
 * @returns nothing where it is not among them
 */
export function findRelease(
  releases: readonly Release[],
  service: string,
  selector: ReleaseSelector,
  pin?: Pin,
): ServiceRelease | undefined {
  const ours = releasesOf(releases, service);
  const answering = (from: number, isMeant: (release: ServiceRelease) => boolean = () => true) => {
    const then = releasesOf(from < 0 ? [] : releases.slice(from), service).filter(isMeant);
    const release = then.find(({ change }) => change.outcome !== "partly");
    return release && isWhole(release) ? release : undefined;
  };
  const live = ours.find(isWhole);
  switch (selector.kind) {
    case "live":
      return live;
    case "before": {
      // A rollback that has failed has not changed what answers.
      const isBack = pin?.since && live && digestOf(live.change.image) === pin.digest;
      const now = isBack ? ours.findIndex(({ change }) => change.since === pin.since) : 0;
      const from = ours[now];
      if (!from) return undefined;
      const differs = ({ change }: ServiceRelease) =>
        change.image !== from.change.image ||
        (selector.config && !isDeepStrictEqual(change.entry, from.change.entry));
      return ours.slice(now + 1).find((release) => isWhole(release) && differs(release));
    }
    case "update":
      return answering(releases.findIndex(({ number }) => number === selector.number));
    case "commit": {
      // A rollback is run from a commit too, and is not what that commit stands for.
      const isFrom = ({ commit }: Release) => commit?.startsWith(selector.commit) ?? false;
      return answering(
        releases.findIndex((release) => isFrom(release) && !isRollback(release)),
        ({ release, change }) => !(change.pinned && isFrom(release)),
      );
    }
    case "version":
      return ours.find((release) => isWhole(release) && release.change.entry?.version === selector.version);
    case "digest":
      return ours.find(
        (release) => isWhole(release) && digestOf(release.change.image)?.startsWith(selector.digest),
      );
  }
}

/** The pin that keeps a service at a release. */
export function pinTo(
  { release, change }: ServiceRelease,
  withConfig: boolean,
  why: string | undefined,
): Pin {
  return {
    digest: digestOf(change.image) ?? "",
    ...(change.entry?.image && change.image && { repository: repositoryOf(change.image) }),
    ...(change.hash && { hash: change.hash }),
    ...(release.number !== undefined && { release: release.number }),
    ...(release.commit && { commit: release.commit }),
    ...(change.since && { since: change.since }),
    ...(why && { why }),
    ...(withConfig && change.entry && { entry: configuration(change.entry) }),
  };
}

/**
 * The services that a release rolled to something else than they had: not those of which `slipway up` only mended what was
 * changed by hand, or that only got another secret. A release that is not read yet may have had something else.
 * @param releases newest first, as many as are read yet
 * @param at which of them
 */
export function broughtBy(releases: readonly Release[], at: number): string[] {
  const older = releases.slice(at + 1);
  const isNew = ({ service, image, entry }: Change) => {
    const former = releasesOf(older, service).find(isWhole)?.change;
    return image !== former?.image || !isDeepStrictEqual(entry, former?.entry);
  };
  const changes = releases[at]?.changes ?? [];
  return changes
    .filter((change) => change.outcome === "rolled" && isNew(change))
    .map(({ service }) => service);
}

/** The releases in which something of the service took over, or it was removed, newest first. */
function releasesOf(releases: readonly Release[], service: string): ServiceRelease[] {
  return releases.flatMap((release) =>
    (release.changes ?? [])
      .filter((change) => change.service === service && change.outcome !== "failed")
      .map((change) => ({ release, change })),
  );
}

function isRollback({ changes = [] }: Release): boolean {
  return changes.length > 0 && changes.every(({ pinned }) => pinned);
}

function isWhole({ change }: ServiceRelease): boolean {
  return change.outcome === "rolled" && change.image !== undefined;
}
