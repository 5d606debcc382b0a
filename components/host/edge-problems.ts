import type { EdgeSettings } from "../../settings/edge.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { type LabelledStack, EDGE_SERVICE, LABELS, stackName } from "../../model/container/labels.ts";
import { takenByOthers } from "../../model/edge/claims.ts";
import { type Occupied, isOf } from "../../model/host/occupied.ts";

/**
 * Whether another stack's edge that this stack stands behind is on a host and as its settings say, and whether another
 * stack has a name there that this one wants: a line for each problem.
 * @param services those of the host
 */
export function edgeProblems(
  {
    host,
    own,
    edge,
    domain,
  }: {
    host: string;
    own: LabelledStack;
    edge: Pick<EdgeSettings, "own" | "owner" | "port" | "https">;
    domain?: string | undefined;
  },
  services: readonly Service[],
  { containers, edgeRoutes }: Pick<Occupied, "containers" | "edgeRoutes">,
): string[] {
  const taken = takenByOthers(own, services, domain, edgeRoutes ?? new Map());
  if (edge.own) return taken;
  const name = `edge: the edge of ${stackName(edge.owner)}`;
  if (!edgeRoutes) return [`${name} is not running on host ${host}. Bring that stack up first`];
  const ports = containers
    .filter(({ labels }) => isOf(edge.owner, labels) && labels[LABELS.service] === EDGE_SERVICE)
    .flatMap(({ published }) => published.map(({ port }) => parseInt(port)));
  return [
    ...[edge.port, ...(edge.https ? [edge.https.port] : [])]
      .filter((port) => !ports.includes(port))
      .map(
        (port) =>
          `${name} on host ${host} does not listen on ${port}; it has ${[...new Set(ports)].join(", ")}. Set edgePort, ` +
          "https and httpsPort as that stack does",
      ),
    ...taken,
  ];
}
