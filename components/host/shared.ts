import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { textDigest } from "../../lib/digest.ts";
import { FLEET_NETWORK, RANGES } from "../../model/catalogue/networks.ts";
import type { Network } from "../../model/catalogue/networks.ts";
import type { Catalogue, Service, SharedVolume } from "../../model/catalogue/service.ts";
import { LABELS, labelInputs } from "../../model/container/labels.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { sharedNames } from "../../model/rollout/shared.ts";
import type { Host } from "./host.ts";

/** What several services of a host may have in common: names on the host by those in the catalogue. */
export interface Shared {
  networks: ReadonlyMap<string, pulumi.Input<string>>;
  volumes: ReadonlyMap<string, pulumi.Input<string>>;
}

/** Makes the catalogue's networks and volumes that services on the host name; external ones are only named. */
export function sharedOn(host: Host, catalogue: Catalogue, here: readonly Service[]): Shared {
  const used = sharedNames(here, catalogue);
  const made = <T extends { name: string; external?: string | undefined }>(
    entries: readonly T[],
    wanted: ReadonlySet<string>,
    make: (entry: T) => pulumi.Input<string>,
  ) =>
    entries
      .filter(({ name }) => wanted.has(name))
      .map((entry) => [entry.name, entry.external ?? make(entry)] as const);
  return {
    networks: new Map([
      [FLEET_NETWORK, host.networkName],
      ...made(catalogue.networks, used.networks, (network) => makeNetwork(host, network).name),
    ]),
    volumes: new Map(made(catalogue.volumes, used.volumes, (volume) => makeVolume(host, volume).name)),
  };
}

/** Under a name that Pulumi makes up, so that a changed one can be there before the old one goes. */
function makeNetwork(host: Host, network: Network): docker.Network {
  const { name, internal, driver = "bridge", driverOpts, ipv6Subnet } = network;
  const ranges = RANGES.map((keys) => ({
    subnet: network[keys.subnet],
    gateway: network[keys.gateway],
  })).filter(({ subnet }) => subnet !== undefined);
  return new docker.Network(
    names.network(host.address.name, name),
    {
      driver,
      internal,
      options: driverOpts,
      ipv6: network.enableIpv6 ?? (ipv6Subnet !== undefined || undefined),
      ...(ranges.length > 0 && { ipamConfigs: ranges }),
      labels: labelInputs({ ...owner(), [LABELS.network]: name }),
    },
    { parent: host, provider: host.provider },
  );
}

/** It outlives the stack. With another driver it is another volume, as an engine gives out the one of that name that is there. */
function makeVolume(host: Host, { name, driver, driverOpts, labels }: SharedVolume): docker.Volume {
  const { [LABELS.project]: project, [LABELS.stack]: stack } = owner();
  const unique = textDigest(JSON.stringify([project, stack, name, driver, driverOpts])).slice(0, 12);
  return new docker.Volume(
    names.sharedVolume(host.address.name, name),
    {
      name: `${name}-${unique}`,
      driver,
      driverOpts,
      labels: labelInputs({ ...labels, ...owner(), [LABELS.volume]: name }),
    },
    { parent: host, provider: host.provider, retainOnDelete: true, ignoreChanges: ["labels"] },
  );
}

function owner(): Record<string, string> {
  return { [LABELS.project]: pulumi.getProject(), [LABELS.stack]: pulumi.getStack() };
}
