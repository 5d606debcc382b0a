import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/load.ts";
import { type HostAddress, machineOf } from "../../model/host/address.ts";
import type { HostFeatures } from "../../model/host/features.ts";
import { type Subnet, subnetOf } from "../../model/host/subnet.ts";
import { LABELS, stackName } from "../../model/container/labels.ts";
import { textDigest } from "../../lib/digest.ts";
import { TYPES } from "../../model/state/types.ts";
import { prepareSsh, sshOptions } from "../../host/ssh-options.ts";

/** Where a host is and how its engine gets images. */
export interface HostArgs {
  host: HostAddress;
  settings: Settings;
  /** Address range of its network, a /16. */
  range: string;
  features: HostFeatures;
  /** What all the stack's footings follow from, as model/rollout/footings.ts has it. */
  footings: string;
}

/** A machine with a Docker engine: its provider, over one shared ssh connection, and the fleet's network on it. */
export class Host extends pulumi.ComponentResource {
  readonly address: HostAddress;
  /** Name or address of the machine, for people and URLs. */
  readonly machine: string;
  readonly provider: docker.Provider;
  /** Name of the fleet's network, for its containers; in a preview that would make it not yet the later one's. */
  readonly networkName: pulumi.Output<string>;
  /** The engine's id of it: another one where the host was lost, and with it all that had been put there. */
  readonly networkId: pulumi.Output<string>;
  /** The same for people: not known in such a preview. */
  readonly madeNetwork: pulumi.Output<string>;
  /** The network's addresses. */
  readonly subnet: Subnet;
  readonly features: HostFeatures;

  constructor(name: string, args: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, settings, range, features, footings } = args;
    // Inputs, so that the state alone tells how the host is reached, and what it has.
    super(TYPES.host, name, { ...host, features }, opts);
    this.features = features;
    this.address = host;
    this.machine = machineOf(host);
    const overSsh = host.address.startsWith("ssh://");
    // Under the mocks of tests there is no engine, and no host.
    if (overSsh && pulumi.runtime.getEngine()) prepareSsh(host);
    this.provider = new docker.Provider(
      name,
      {
        host: host.address,
        // Else the plugin takes them from the shell (DOCKER_CONTEXT, DOCKER_CERT_PATH, …), before the address.
        ...{ context: "", caMaterial: "", certMaterial: "", keyMaterial: "", certPath: "" },
        sshOpts: overSsh ? sshOptions(host) : undefined,
        registryAuth: settings.pull && [
          {
            address: settings.pull.registry,
            username: settings.pull.user,
            password: settings.pull.token,
          },
        ],
      },
      { parent: this },
    );
    const sharedEdge = settings.edge?.own ? undefined : settings.edge?.owner;
    this.subnet = subnetOf(range);
    const inputs = {
      driver: "bridge",
      // By the last two another stack's new edge comes into the network: route.sh, join_networks.
      labels: [
        { label: LABELS.project, value: pulumi.getProject() },
        { label: LABELS.stack, value: pulumi.getStack() },
        ...(sharedEdge
          ? [
              { label: LABELS.edge, value: stackName(sharedEdge) },
              { label: LABELS.edgeAddress, value: this.subnet.edge },
            ]
          : []),
      ],
      ipamConfigs: [
        { subnet: this.subnet.range, gateway: this.subnet.gateway, ipRange: this.subnet.handedOut },
      ],
    };
    const network = new docker.Network(
      name,
      { ...inputs, ...(sharedEdge && { name: guestName(name, inputs) }) },
      { parent: this, provider: this.provider },
    );
    this.networkName = network.name;
    this.networkId = network.id;
    this.madeNetwork = pulumi.all([network.id, network.name]).apply(([, made]) => made);
    // No input: after an update of some services alone a preview would show it as a change.
    this.registerOutputs({ network: this.madeNetwork, footings });
  }
}

/**
 * A name for the network that another stack's edge joins, which comes behind that of the edge's own network: of a container's
 * networks the first one by name is its way to the outside, and where that becomes another, its published ports are
 * closed for a moment. Source: libnetwork's sandbox.go, Less of endpoints. Other inputs make another name, so that the new
 * network can be there before the old one goes.
 */
function guestName(host: string, inputs: object): string {
  return `zz-${host}-${textDigest(JSON.stringify(inputs)).slice(0, 7)}`;
}
