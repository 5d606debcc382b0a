import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { assignments } from "../../lib/shell.ts";

/** The path in the project of what the cutover knows of it. */
export const RETENTION_SCRIPT = "host/scripts/retention.sh";

const script = (name: string) => readFileSync(new URL(`./${name}.sh`, import.meta.url), "utf8");

/**
 * The repository that a stack's releases are tagged in on its hosts: those of a service below it. Names of projects and
 * stacks may have what a repository's may not, and differ in that alone: hence the hash.
 */
export function releaseRepository(project: string, stack: string): string {
  const readable = `${project}-${stack}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const hash = createHash("sha256").update(`${project}/${stack}`).digest("hex").slice(0, 8);
  return `slipway/${`${readable.slice(0, 60)}-${hash}`.replace(/^-+/, "")}`;
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
  /** Whether it is only said what would go. */
  dryRun: boolean;
}

/** The script that prints what {@link prunedIn} reads. */
export function pruneScript({ project, stack, services, repositories, keep, dryRun }: PruneArgs): string {
  const variables = {
    RELEASES: releaseRepository(project, stack),
    SERVICES: services.join(" "),
    REPOSITORIES: repositories.join(" "),
    KEEP: keep,
    DRY: dryRun ? "yes" : "",
  };
  return assignments(variables) + script("retention") + script("prune");
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
export function prunedIn(printed: string): Pruned[] {
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

/** How many bytes the removed ones took at most: each image once, layers that others have too. */
export function bytesFreed(pruned: readonly Pruned[]): number {
  const removed = new Map(
    pruned.filter(({ outcome }) => outcome === "removed").map(({ image, bytes }) => [image, bytes]),
  );
  return [...removed.values()].reduce((sum, bytes) => sum + bytes, 0);
}
