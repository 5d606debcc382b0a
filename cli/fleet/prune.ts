import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { type Pruned, bytesFreed, pruneScript, parsePruned } from "../../host/scripts/prune.ts";
import { showSize } from "../../lib/size.ts";
import { answer } from "../../stack/pulumi.ts";
import { ofStack } from "../../stack/state.ts";
import { progress } from "../lib/progress.ts";
import { EDGE_SERVICE } from "../../model/container/labels.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { useProjectTools } from "../project/environment.ts";
import { onEach, onHost } from "../../host/run.ts";
import { parseKeepReleases } from "../../settings/retention.ts";
import { repositoryOf } from "../../model/image/reference.ts";
import { table } from "../../lib/table.ts";
import { shortDigest } from "../../lib/digest.ts";

interface Options {
  stack?: string;
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
        "failed ones, of services that are gone; never one that a container uses or somebody else has tagged; exit code " +
        "1 where a host does not answer",
    )
    .option("--dry-run", "only say what would go", false)
    .option("--stack <name>", "the selected stack if not given")
    .option("--json", "for scripts: all of it, with whole digests")
    .action(async ({ stack, dryRun, json }: Options) => {
      await useProjectTools();
      const deployed = await readDeployed(stack);
      const keep = await readKeep(stack);
      const images: PrunedOn[] = [];
      const unreachable = await onEach(deployed.hosts, progress, async ({ name: host, ...address }) => {
        const script = pruneScript({ ...deployed, ...imagesOn(host, deployed), keep, dryRun });
        const pruned = parsePruned(await onHost({ name: host, ...address }, script));
        images.push(...pruned.map((image) => ({ host, ...image })));
      });
      images.sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const { project, stack: name, hosts } = deployed;
      const freed = Object.fromEntries(
        hosts.map(({ name }) => [name, bytesFreed(images.filter(({ host }) => host === name))]),
      );
      const answer = { project, stack: name, dryRun, images, bytesFreedAtMost: freed, unreachable };
      process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : shown(images, freed, dryRun));
      if (unreachable.length) process.exitCode = 1;
    });
}

async function readKeep(stack: string | undefined): Promise<number> {
  const text = (await answer("config", "get", "keepReleases", ...ofStack(stack))).trim();
  return parseKeepReleases(text, (problem) => {
    throw new UserError(`keepReleases: ${problem}`);
  });
}

/** The services that are on a host, and what their images are pulled from. */
function imagesOn(host: string, { services, edges, containers }: Deployed) {
  const here = services.filter(({ hosts }) => hosts.some(({ name }) => name === host));
  const names = here.map(({ entry }) => entry.name);
  const images = containers.filter(
    (container) => container.host === host && names.includes(container.service),
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

function shown(
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
