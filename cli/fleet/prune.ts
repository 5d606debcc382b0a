import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import {
  type Pruned,
  bytesFreed,
  parsePruned,
  parsePrunedVolumes,
  pruneScript,
} from "../../host/scripts/prune.ts";
import { showSize } from "../../lib/size.ts";
import { answer } from "../../stack/pulumi.ts";
import { isBuilt } from "../../model/catalogue/build.ts";
import { EDGE_SERVICE } from "../../model/container/labels.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { readDeployed } from "../../stack/deployed.ts";
import type { Session } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { onEach, onHost } from "../../host/run.ts";
import { parseKeepReleases } from "../../settings/retention.ts";
import { repositoryOf } from "../../model/image/reference.ts";
import { table } from "../../lib/table.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options extends StackOption {
  dryRun: boolean;
  json?: boolean;
}

interface PrunedOn extends Pruned {
  host: string;
}

/** `slipway prune` */
export function pruneVerb(): Command {
  return new Command("prune")
    .description(
      "remove images from the hosts that the stack needs no more: of releases before the last ones (keepReleases), of " +
        "failed ones, of services that are gone; and former volumes of files; never one that a container uses or somebody else has tagged; exit code " +
        "1 where a host does not answer",
    )
    .option("--dry-run", "show what would be removed", false)
    .addOption(stackOption())
    .option("--json", "print JSON, with whole digests")
    .action(async ({ dryRun, json, ...options }: Options) => {
      const session = await openSession(options);
      const deployed = await readDeployed(session);
      const keep = await readKeep(session);
      const images: PrunedOn[] = [];
      const volumes: { host: string; volume: string }[] = [];
      const unreachable = await onEach(deployed.hosts, progress, async ({ name: host, ...address }) => {
        const script = pruneScript({ ...deployed, ...imagesOn(host, deployed), keep, dryRun });
        const printed = await onHost({ name: host, ...address }, script);
        images.push(...parsePruned(printed).map((image) => ({ host, ...image })));
        volumes.push(...parsePrunedVolumes(printed).map((volume) => ({ host, volume })));
      });
      images.sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const { project, stack, hosts } = deployed;
      const freed = Object.fromEntries(
        hosts.map(({ name }) => [name, bytesFreed(images.filter(({ host }) => host === name))]),
      );
      const answer = { project, stack, dryRun, images, volumes, bytesFreedAtMost: freed, unreachable };
      process.stdout.write(
        json
          ? `${JSON.stringify(answer, null, 2)}\n`
          : formatPruned(images, freed, dryRun) + formatVolumes(volumes, dryRun),
      );
      if (unreachable.length) process.exitCode = 1;
    });
}

async function readKeep(session: Session): Promise<number> {
  const text = (await answer(session, "config", "get", "keepReleases")).trim();
  return parseKeepReleases(text, (problem) => {
    throw new UserError(`keepReleases: ${problem}`);
  });
}

/**
 * The services that are on a host, and the stack's own repositories there. What else was pulled from a stock image's may be
 * anybody's, though no container uses it.
 */
function imagesOn(host: string, { services, edges, containers }: Deployed) {
  const here = services.filter(({ hosts }) => hosts.some(({ name }) => name === host));
  const names = here.map(({ entry }) => entry.name);
  const own = here.filter(({ entry }) => isBuilt(entry) || entry.mirror).map(({ entry }) => entry.name);
  const images = containers.filter(
    ({ service, inputs, ...container }) =>
      container.host === host &&
      own.includes(service) &&
      repositoryOf(inputs.image ?? "").endsWith(`/${service}`),
  );
  return {
    services: edges.some(({ name }) => name === host) ? [...names, EDGE_SERVICE] : names,
    repositories: [
      ...new Set(images.flatMap(({ inputs }) => (inputs.image ? repositoryOf(inputs.image) : []))),
    ],
  };
}

/** Sorts by host and service, the newest release first. */
function place({ host, service, release = 0, digest }: PrunedOn): string {
  return [host, service, String(1e9 - release), digest].join("/");
}

function formatPruned(
  images: readonly PrunedOn[],
  freed: Readonly<Record<string, number>>,
  dryRun: boolean,
): string {
  if (!images.length) return "no images of releases\n";
  const rows = images.map(({ host, service, release, digest, bytes, outcome, why }) => [
    host,
    service,
    String(release ?? "-"),
    shortDigest(digest),
    showSize(bytes),
    why ? `${outcome}: ${why}` : outcome,
  ]);
  const sums = Object.entries(freed).map(([host, bytes]) => {
    const removed = images.filter((image) => image.host === host && image.outcome === "removed").length;
    return `${host}: ${removed} ${dryRun ? "would be removed" : "removed"}, ${showSize(bytes)} at most, as images share layers\n`;
  });
  return table([["HOST", "SERVICE", "RELEASE", "DIGEST", "SIZE", "OUTCOME"], ...rows]) + sums.join("");
}

function formatVolumes(volumes: readonly { host: string; volume: string }[], dryRun: boolean): string {
  const done = dryRun ? "would be removed" : "removed";
  return volumes
    .map(({ host, volume }) => `${host}: volume ${volume}, which no container uses, ${done}\n`)
    .sort()
    .join("");
}
