import { isDeepStrictEqual } from "node:util";
import { type Pin, configuration } from "./pins.ts";
import type { Change, Release } from "./releases.ts";
import { digestOf } from "../image/reference.ts";

/** Which release of a service is meant. */
export type Wanted =
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
export interface Step {
  release: Release;
  change: Change;
}

/** What `--to` says: the number of an update, a digest, a commit as git knows it, or else a version. */
export function wantedBy(text: string, commit: string | undefined): Wanted {
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
export function findStep(
  releases: readonly Release[],
  service: string,
  wanted: Wanted,
  pin?: Pin,
): Step | undefined {
  const steps = stepsOf(releases, service);
  const answering = (from: number, isMeant: (step: Step) => boolean = () => true) => {
    const then = stepsOf(from < 0 ? [] : releases.slice(from), service).filter(isMeant);
    const step = then.find(({ change }) => change.outcome !== "partly");
    return step && isWhole(step) ? step : undefined;
  };
  const live = steps.find(isWhole);
  switch (wanted.kind) {
    case "live":
      return live;
    case "before": {
      // A rollback that has failed has not changed what answers.
      const isBack = pin?.since && live && digestOf(live.change.image) === pin.digest;
      const now = isBack ? steps.findIndex(({ change }) => change.since === pin.since) : 0;
      const from = steps[now];
      if (!from) return undefined;
      const differs = ({ change }: Step) =>
        change.image !== from.change.image ||
        (wanted.config && !isDeepStrictEqual(change.entry, from.change.entry));
      return steps.slice(now + 1).find((step) => isWhole(step) && differs(step));
    }
    case "update":
      return answering(releases.findIndex(({ number }) => number === wanted.number));
    case "commit": {
      // A rollback is run from a commit too, and is not what that commit stands for.
      const isFrom = ({ commit }: Release) => commit?.startsWith(wanted.commit) ?? false;
      return answering(
        releases.findIndex((release) => isFrom(release) && !isRollback(release)),
        ({ release, change }) => !(change.pinned && isFrom(release)),
      );
    }
    case "version":
      return steps.find((step) => isWhole(step) && step.change.entry?.version === wanted.version);
    case "digest":
      return steps.find((step) => isWhole(step) && digestOf(step.change.image)?.startsWith(wanted.digest));
  }
}

/** The pin that keeps a service at a release. */
export function pinTo({ release, change }: Step, withConfig: boolean, why: string | undefined): Pin {
  return {
    digest: digestOf(change.image) ?? "",
    ...(change.hash && { hash: change.hash }),
    ...(release.number !== undefined && { release: release.number }),
    ...(release.commit && { commit: release.commit }),
    ...(change.since && { since: change.since }),
    ...(why && { why }),
    ...(withConfig && change.entry && { entry: configuration(change.entry) }),
  };
}

/** The releases in which something of the service took over, or it was removed, newest first. */
function stepsOf(releases: readonly Release[], service: string): Step[] {
  return releases.flatMap((release) =>
    (release.changes ?? [])
      .filter((change) => change.service === service && change.outcome !== "failed")
      .map((change) => ({ release, change })),
  );
}

function isRollback({ changes = [] }: Release): boolean {
  return changes.length > 0 && changes.every(({ pinned }) => pinned);
}

function isWhole({ change }: Step): boolean {
  return change.outcome === "rolled" && change.image !== undefined;
}
