import type { Network } from "../catalogue/networks.ts";
import type { Importing } from "./context.ts";
import { fleetNetwork, networkName } from "./network.ts";
import type { ComposeNetwork, ComposeProject } from "./project.ts";
import type { Section } from "./section.ts";
import { defined } from "./words.ts";

/** The networks beside the fleet's own. */
export function importNetworks(whole: Section<ComposeProject>, { project, names }: Importing): Network[] {
  const fleet = fleetNetwork(project);
  return whole.sections("networks").flatMap(([there, network]) => {
    const onHost = network.take("name");
    if (there === fleet) {
      network.take("driver");
      return [];
    }
    if (!isUsed(there, project)) {
      if (there !== "default") network.note("", "is left out: no service is in it");
      network.takeAll();
      return [];
    }
    const name = networkName(there, project, names.networks);
    if (network.take("external")) return [defined<Network>({ name, external: onHost ?? there })];
    if (onHost !== undefined && onHost !== `${project.name}_${there}`)
      network.note(
        "name",
        `is made up by Slipway. Where others join it as ${onHost}, make it yourself, and say external`,
      );
    return [{ name, ...settingsOf(network) }];
  });
}

function isUsed(network: string, { services = {} }: ComposeProject): boolean {
  return Object.values(services).some(({ networks }) => network in (networks ?? {}));
}

function settingsOf(network: Section<ComposeNetwork>): Omit<Network, "name" | "external"> {
  const [pool, ...others] = network.section("ipam")?.sections("config") ?? [];
  if (network.value.ipam?.driver === "default") network.section("ipam")?.take("driver");
  for (const [, other] of others) other.lose("", "is a second range of addresses; one network has one here");
  const driver = network.take("driver");
  return defined({
    internal: network.take("internal") || undefined,
    driver: driver === "bridge" ? undefined : driver,
    driverOpts: network.take("driver_opts"),
    subnet: pool?.[1].take("subnet"),
    gateway: pool?.[1].take("gateway"),
    enableIpv6: network.take("enable_ipv6") || undefined,
  });
}
