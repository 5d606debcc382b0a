import { resolve } from "node:path";
import { Command } from "commander";
import { imageSizes, knownSizes } from "../../registry/sizes.ts";
import { digestOf, registryOf, repositoryOf } from "../../model/image/reference.ts";
import { UserError } from "../../lib/errors.ts";
import { writePrivate } from "../../lib/files.ts";
import type { PlatformSize } from "../../model/image/size.ts";
import { markLive } from "../../model/history/live.ts";
import type { Release } from "../../model/history/releases.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import type { RegistryFacts, ReportData, ReportHost } from "../../report/data.ts";
import { page } from "../../report/page.ts";
import type { Session } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { type Deployed, deployedIn } from "../../model/state/deployed.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openRepository } from "../lib/repository.ts";
import { openSession } from "../project/session.ts";
import { liveOf, readHistory, releasesOf } from "../../stack/history.ts";
import { recordUpdates } from "../deploy/record-metrics.ts";
import { readSettings } from "../project/program-settings.ts";

/** How many releases the page has at most; what each did is read from the backend. */
const RELEASES = 100;

interface Options extends StackOption {
  out: string;
  json?: boolean;
}

/** `slipway report` */
export function reportVerb(): Command {
  return new Command("report")
    .description(
      "one HTML page to look at, without anything it would load: the fleet, its releases, how well updates go, what " +
        "images weigh; writes lines of metrics that updates by a plain pulumi up still lack",
    )
    .option("--out <file>", "where the page is written", "slipway-report.html")
    .addOption(stackOption())
    .option("--json", "print JSON: what the page shows, and write no page")
    .action(async ({ out, json, ...options }: Options) => {
      const file = resolve(out);
      const data = await gather(await openSession(options));
      if (json) {
        process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
        return;
      }
      try {
        // It has addresses and users of hosts: who may see it, its owner says.
        writePrivate(file, page(data));
      } catch (error) {
        throw new UserError(`--out: cannot be written, got ${(error as Error).message}; expected a file`);
      }
      process.stdout.write(`${file}\n`);
    });
}

async function gather(session: Session): Promise<ReportData> {
  const [state, history] = await Promise.all([readState(session), readHistory(session)]);
  const metrics = await recordUpdates(session, history);
  const { resources: now = [] } = state;
  const releases: Release[] = [];
  for await (const release of releasesOf(history.updates, now)) {
    releases.push(release);
    if (releases.length === RELEASES) break;
  }
  const live = liveOf(history.updates, now);
  markLive(releases, live);
  const deployed = deployedIn(state);
  const images = [
    ...live.flatMap(({ answering }) => answering),
    ...releases.flatMap(({ changes = [] }) => changes.flatMap(({ image }) => image ?? [])),
  ];
  const numbered = releases.filter(({ number }) => number !== undefined).length;
  return {
    project: deployed.project,
    stack: deployed.stack,
    written: new Date().toISOString(),
    hosts: hostsOf(deployed),
    live,
    releases,
    olderUpdates: history.updates.length - numbered,
    metrics,
    ...(await askRegistry(session, [...new Set(images)])),
    gap: history.gap,
  };
}

function hostsOf({ hosts, edges, services, containers }: Deployed): ReportHost[] {
  const byName = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return byName.map(({ name, address }) => ({
    name,
    address,
    hasEdge: edges.some((edge) => edge.name === name),
    services: services
      .filter((service) => service.hosts.some((host) => host.name === name))
      .map(({ entry }) => ({
        name: entry.name,
        replicas: containers.filter(
          ({ host, service, slot, leaving }) =>
            host === name && service === entry.name && !leaving && isReplica(slot),
        ).length,
        http: entry.http !== undefined,
        uses: entry.uses ?? [],
      })),
  }));
}

/**
 * What the stack's registry says of its images, `repository@sha256:…`, and of how much may be pulled. Where it cannot be
 * asked the page is written without: sizes that were asked for before are known. Other registries, which count each
 * question as a pull, are not asked for stock images.
 */
async function askRegistry(
  session: Session,
  images: readonly string[],
): Promise<Pick<ReportData, "sizes" | "registry">> {
  const sizes: Record<string, PlatformSize[]> = {};
  const registry: RegistryFacts = { name: "", problem: "" };
  const note = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    registry.problem ||= error.message;
    return undefined;
  };
  const settings = await readSettings(session).then((read) => read.settings, note);
  const own = images.filter((image) => settings && image.startsWith(`${settings.registry}/`));
  const [first = images[0] ?? ""] = own;
  registry.name = first && registryOf(first);
  for (const digest of images.flatMap((image) => digestOf(image) ?? [])) {
    const known = knownSizes(digest);
    if (known) sizes[digest] = known;
  }
  const ask = async (image: string) => {
    const digest = digestOf(image) ?? "";
    const repository = await openRepository(
      repositoryOf(image),
      settings ?? { push: undefined, pull: undefined },
    );
    if (image === first) registry.pullLimit = await repository.pullLimit(digest);
    sizes[digest] = await imageSizes(repository, digest);
  };
  await Promise.all(own.map((image) => ask(image).catch(note)));
  return { sizes, registry };
}
