import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { isDuration, toSeconds } from "../../lib/duration.ts";
import { table } from "../../lib/table.ts";
import { edgeFileScript } from "../../host/scripts/edge-file.ts";
import { UserError } from "../../lib/errors.ts";
import { maintenanceFile, maintenanceReply, parseMaintenance } from "../../model/edge/maintenance.ts";
import { stackName } from "../../model/container/labels.ts";
import { routeName } from "../../model/edge/names.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { checkDeployed } from "../lib/deployed-service.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { onHost } from "../../host/run.ts";

interface Options extends StackOption {
  retryAfter: number;
  json?: boolean;
}

/** A service that is in maintenance on a host. */
interface InMaintenance {
  service: string;
  host: string;
  retryAfterSec: number;
}

/** `slipway maintenance [service] [on|off]` */
export function maintenanceVerb(): Command {
  return new Command("maintenance")
    .description(
      "let the edge answer for a service with 503 and Retry-After, until it is off again: ups and restarts of the " +
        "edge leave it as it is, other services still reach it; without on or off: which services are in it",
    )
    .argument("[service]", "one of services.ts, with http")
    .addArgument(new Argument("[state]", "on or off").choices(["on", "off"]))
    .addOption(
      new Option("--retry-after <duration>", "when clients are to come back")
        .argParser(seconds)
        .default(120, '"120 seconds"'),
    )
    .addOption(stackOption())
    .option("--json", "print JSON")
    .action(async (service: string | undefined, state: "on" | "off" | undefined, options: Options) => {
      const deployed = await readDeployed(await openSession(options));
      if (service !== undefined) check(service, deployed);
      if (service !== undefined && state) await set(service, state, deployed, options);
      const inMaintenance = (await list(deployed)).filter(
        (entry) => service === undefined || entry.service === service,
      );
      process.stdout.write(
        options.json
          ? `${JSON.stringify(inMaintenance, null, 2)}\n`
          : formatMaintenance(inMaintenance, service),
      );
    });
}

function seconds(text: string): number {
  if (isDuration(text)) return Math.ceil(toSeconds(text));
  throw new InvalidArgumentError('expected a number and a unit, as in "30 seconds" or "2 minutes"');
}

/** Whose edge answers for the stack. */
function edgeOf({ project, stack, edgeOwner }: Deployed) {
  return { project, stack, edge: edgeOwner && stackName(edgeOwner) };
}

function check(name: string, { services, edges, edgeOwner }: Deployed): void {
  const service = services.find(({ entry }) => entry.name === name);
  checkDeployed(
    [name],
    services.map(({ entry }) => entry.name),
  );
  if (!service?.entry.http)
    throw new UserError(`${name}: has no http, so the edge cannot answer for it; stop it instead`);
  if (edges.length === 0 && !edgeOwner)
    throw new UserError(`${name}: the stack has no edge that could answer for it; ask your own proxy`);
}

async function set(
  name: string,
  state: "on" | "off",
  deployed: Deployed,
  { retryAfter }: Options,
): Promise<void> {
  const retryAfterSec = state === "on" ? retryAfter : undefined;
  const route = routeName(deployed, name);
  const script = edgeFileScript({
    ...edgeOf(deployed),
    file: `${route}.maintenance.yml`,
    content: maintenanceFile(route, retryAfterSec),
    expectedReply: maintenanceReply(route, retryAfterSec),
  });
  const hosts = deployed.services.find(({ entry }) => entry.name === name)?.hosts ?? [];
  await Promise.all(hosts.map((host) => onHost(host, script, "write")));
}

async function list(deployed: Deployed): Promise<InMaintenance[]> {
  const script = edgeFileScript(edgeOf(deployed));
  const found = (deployed.edgeOwner ? deployed.hosts : deployed.edges).map(async (host) => {
    const services = parseMaintenance(deployed, await onHost(host, script, "maintenance"));
    return [...services].map(([service, retryAfterSec]) => ({ service, host: host.name, retryAfterSec }));
  });
  return (await Promise.all(found)).flat();
}

function formatMaintenance(inMaintenance: readonly InMaintenance[], service: string | undefined): string {
  if (inMaintenance.length === 0) return `${service ?? "every service"}: not in maintenance\n`;
  const rows = inMaintenance.map((entry) => [
    entry.service,
    `in maintenance on ${entry.host}: 503, Retry-After ${entry.retryAfterSec} s`,
  ]);
  return table(rows);
}
