import type { Network } from "../catalogue/networks.ts";
import type { Importing } from "./context.ts";
import { fleetNetwork, networkName, rangesOf } from "./network.ts";
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
  const { ipv4, ipv6 } = rangesOf(network.value);
  const driver = network.take("driver");
  const enableIpv6 = network.take("enable_ipv6") || undefined;
  if (network.value.ipam?.driver === "default") network.section("ipam")?.take("driver");
  for (const [, range] of network.section("ipam")?.sections("config") ?? []) {
    if (range.value === ipv4 || range.value === ipv6) {
      range.take("subnet");
      range.take("gateway");
    } else if (range.value.subnet?.includes(":") && !enableIpv6)
      range.note("", "has no effect: the network has no enable_ipv6");
    else range.lose("", "is a further range; a network has one of IPv4 and one of IPv6 addresses here");
  }
  return defined({
    internal: network.take("internal") || undefined,
    driver: driver === "bridge" ? undefined : driver,
    driverOpts: network.take("driver_opts"),
    subnet: ipv4?.subnet,
    gateway: ipv4?.gateway,
    enableIpv6: ipv6 ? undefined : enableIpv6,
    ipv6Subnet: ipv6?.subnet,
    ipv6Gateway: ipv6?.gateway,
  });
}
