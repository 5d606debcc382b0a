import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { EDGE_NETWORK_FILES, edgeNetworkInput } from "../../host/scripts/edge-network.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import { type LabelledStack, stackName } from "../../model/container/labels.ts";
import { TYPES } from "../../model/state/types.ts";
import type { Ready } from "../service/cutover.ts";
import type { Host } from "./host.ts";

/** Another stack's edge on the host, let into this stack's network. */
export class SharedEdge extends pulumi.ComponentResource implements Ready {
  readonly command: command.local.Command;

  /** @param args `owner`: the stack whose edge it is */
  constructor(
    name: string,
    { host, owner }: { host: Host; owner: LabelledStack },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    // An input, so that the state alone tells whose edge it is.
    super(TYPES.edge, name, { owner }, opts);
    this.command = new command.local.Command(
      name,
      {
        create: scriptOn(host.address, EDGE_NETWORK_FILES, "join"),
        delete: scriptOn(host.address, EDGE_NETWORK_FILES, "leave"),
        environment: scriptEnvironment(host.address),
        stdin: host.networkName.apply((network) =>
          edgeNetworkInput({ EDGE_STACK: stackName(owner), NETWORK: network, ADDRESS: host.subnet.edge }),
        ),
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
  }
}
