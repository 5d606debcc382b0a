import { releaseRepository } from "./retention.ts";
import { assignments } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of prune.sh. */
interface PruneVariables {
  /** With STACK: whose volumes of files. */
  PROJECT: string;
  STACK: string;
  /** Repository of the stack's releases: those of a service are in one below it. */
  RELEASES: string;
  /** The services that the stack has on the host, with a space between. */
  SERVICES: string;
  /** What their images are pulled from, with a space between. */
  REPOSITORIES: string;
  /** How many releases of each stay. */
  KEEP: number;
  /** Not empty: nothing is removed. */
  DRY_RUN: "yes" | "";
}

/** What is to be pruned on a host. */
export interface PruneArgs {
  project: string;
  stack: string;
  /** Names of the services that the stack has there. */
  services: readonly string[];
  /** What their images are pulled from, without tag and digest. */
  repositories: readonly string[];
  /** How many releases of each service stay. */
  keep: number;
  /** Whether nothing is removed, only what would be is printed. */
  dryRun: boolean;
}

/** The script that prints what {@link parsePruned} reads. */
export function pruneScript({ project, stack, services, repositories, keep, dryRun }: PruneArgs): string {
  const variables: PruneVariables = {
    PROJECT: project,
    STACK: stack,
    RELEASES: releaseRepository(project, stack),
    SERVICES: services.join(" "),
    REPOSITORIES: repositories.join(" "),
    KEEP: keep,
    DRY_RUN: dryRun ? "yes" : "",
  };
  return assignments({ ...variables }) + readScripts(["retention", "prune"]);
}

/** What became of a release's image on a host. */
export interface Pruned {
  service: string;
  digest: string;
  /** untagged: the release is forgotten, but the image stays, as somebody else has tagged it. */
  outcome: "kept" | "untagged" | "removed";
  /** Which of the releases on that host it was; none of what never took over. */
  release?: number;
  /** The image's id. */
  image: string;
  /** The image's size, in which it may share layers with others. */
  bytes: number;
  /** Why an image that is no release to keep was not removed. */
  why?: string;
}

const PRINTED = /^(kept|untagged|removed) \S*?([\w.-]+)(?::(\d+)-|@sha256:)([0-9a-f]{64}) (\S+) (\d+) ?(.*)$/;

/** From what the script printed on a host. */
export function parsePruned(printed: string): Pruned[] {
  return printed.split("\n").flatMap((line) => {
    const [, outcome, service = "", release, hex = "", image = "", bytes, why] = PRINTED.exec(line) ?? [];
    if (!outcome) return [];
    return {
      service,
      digest: `sha256:${hex}`,
      outcome: outcome as Pruned["outcome"],
      ...(Number(release) && { release: Number(release) }),
      image,
      bytes: Number(bytes),
      ...(why && { why }),
    };
  });
}

/** Names of the volumes of files that were removed, from what the script printed on a host. */
export function parsePrunedVolumes(printed: string): string[] {
  return [...printed.matchAll(/^volume (\S+)$/gm)].map(([, name = ""]) => name);
}

/** How many bytes the removed ones took at most: each image once, layers that others have too. */
export function bytesFreed(pruned: readonly Pruned[]): number {
  const removed = new Map(
    pruned.filter(({ outcome }) => outcome === "removed").map(({ image, bytes }) => [image, bytes]),
  );
  return [...removed.values()].reduce((sum, bytes) => sum + bytes, 0);
}
