import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/load.ts";
import { type HostAddress, machineOf } from "../../model/host/address.ts";
import { LABELS } from "../../model/container/labels.ts";
import { TYPES } from "../../model/state/types.ts";
import { sshOptions } from "../../host/ssh.ts";

/** Where a host is and how its engine gets images. */
export interface HostArgs {
  host: HostAddress;
  settings: Settings;
  /** Address range of its network, a /16. */
  range: string;
}

/** A machine with a Docker engine: its provider, over one shared ssh connection, and the fleet's network on it. */
export class Host extends pulumi.ComponentResource {
  readonly address: HostAddress;
  /** Name or address of the machine, for people and URLs. */
  readonly machine: string;
  readonly provider: docker.Provider;
  /** Name of the fleet's network; unknown in a preview that would make it, which has another name in mind. */
  readonly networkName: pulumi.Output<string>;
  /** The edge's address on the network, the same through every roll. */
  readonly edgeIp: string;

  constructor(name: string, { host, settings, range }: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    // An input, so that the state alone tells how the host is reached.
    super(TYPES.host, name, { ...host }, opts);
    this.address = host;
    this.machine = machineOf(host);
    const overSsh = host.address.startsWith("ssh://");
    this.provider = new docker.Provider(
      name,
      {
        host: host.address,
        sshOpts: overSsh ? sshOptions(host.hostKey) : undefined,
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
    const prefix = range.replace(/\.0\.0\/16$/, "");
    this.edgeIp = `${prefix}.0.2`;
    const network = new docker.Network(
      name,
      {
        driver: "bridge",
        labels: [
          { label: LABELS.project, value: pulumi.getProject() },
          { label: LABELS.stack, value: pulumi.getStack() },
        ],
        // Docker hands out addresses of the upper half only, so the edge's is never taken by another container.
        ipamConfigs: [{ subnet: range, gateway: `${prefix}.0.1`, ipRange: `${prefix}.128.0/17` }],
      },
      { parent: this, provider: this.provider },
    );
    this.networkName = pulumi.all([network.id, network.name]).apply(([, made]) => made);
    this.registerOutputs({ network: this.networkName });
  }
}
