import * as pulumi from "@pulumi/pulumi";
import { edgeFileScript } from "../../host/scripts/edge-file.ts";
import { onHost } from "../../host/run.ts";
import { UserError } from "../../lib/errors.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import { type LabelledStack, stackName } from "../../model/container/labels.ts";
import { parseEdgeInventory, takenByOthers } from "../../model/edge/claims.ts";
import type { HostAddress } from "../../model/host/address.ts";
import { hostOf } from "../../model/rollout/placement.ts";
import { asRunError } from "../program/errors.ts";
import type { Settings } from "../../settings/load.ts";

/**
 * Looks at the edges on the hosts before anything happens: whether another stack's that this one stands behind is there
 * and as its settings say, and whether another stack has a name that this one wants.
 * @throws pulumi.RunError with all problems
 */
export async function checkEdges({ edge, hosts, domain }: Settings, { services }: Catalogue): Promise<void> {
  // Under the mocks of tests there is no host.
  if (!edge || !pulumi.runtime.getEngine()) return;
  const self: LabelledStack = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const names = hosts.map(({ name }) => name);
  const check = async (host: HostAddress): Promise<string[]> => {
    const script = edgeFileScript({ ...self, edge: stackName(edge.owner) });
    const printed = await onHost(host, script, "inventory").catch((error: unknown) => {
      // What cannot be reached shows itself where something is to be done there.
      if (error instanceof UserError && edge.own) return "";
      throw error;
    });
    const inventory = parseEdgeInventory(printed);
    if (!inventory)
      return edge.own
        ? []
        : [
            `edge: the edge of ${stackName(edge.owner)} is not running on host ${host.name}. Bring that stack up first`,
          ];
    const wanted = [edge.port, ...(edge.https ? [edge.https.port] : [])];
    const here = services.filter((service) => hostOf(service, names) === host.name);
    return [
      ...(edge.own
        ? []
        : wanted
            .filter((port) => !inventory.ports.includes(port))
            .map(
              (port) =>
                `edge: the edge of ${stackName(edge.owner)} on host ${host.name} does not listen on ${port}; it has ` +
                `${inventory.ports.join(", ")}. Set edgePort, https and httpsPort as that stack does`,
            )),
      ...takenByOthers(self, here, domain, inventory),
    ];
  };
  const problems = (await asRunError(Promise.all(hosts.map(check)))).flat();
  if (problems.length) throw new pulumi.RunError(problems.join("\n"));
}
