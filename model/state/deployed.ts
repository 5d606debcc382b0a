import type { LabelledStack } from "../container/labels.ts";
import type { Service } from "../catalogue/service.ts";
import type { HostAddress } from "../host/address.ts";
import { type PathCheck, pathCheckIn } from "../rollout/cutover-variables.ts";
import { type DesiredContainer, parseState } from "./parse.ts";
import type { Deployment } from "./resources.ts";

/** A service as it is deployed. */
export interface DeployedService {
  /** What services.ts said of it at the last update, defaults not filled in. */
  entry: Service;
  /** Where its containers are. */
  hosts: HostAddress[];
  /** Its volumes' names on the host, by those in services.ts. */
  volumes: Map<string, string>;
}

/** What a stack's state says of its fleet. */
export interface Deployed {
  project: string;
  stack: string;
  services: DeployedService[];
  hosts: HostAddress[];
  /** The hosts that have an edge of this stack. */
  edges: HostAddress[];
  /** The stack whose edge its services are reached through, where that is another. */
  edgeOwner?: LabelledStack;
  /** All containers, jobs' and those that wait for their removal too. */
  containers: DesiredContainer[];
  /** How those of them that are checked by a path are, where the state shows it. */
  pathChecks: PathCheck[];
  /** Whether a `pulumi` was killed while it created something. */
  interrupted: boolean;
}

/** What a state has deployed. */
export function deployedIn({ resources = [], pending_operations: pending = [] }: Deployment): Deployed {
  const [, , stack = "", , project = ""] = resources[0]?.urn.split(":") ?? [];
  const { services, hosts, edges, edgeOwner, containers } = parseState(resources);
  return {
    project,
    stack,
    services: [...services.values()].map(({ entry, hosts, volumes }) => ({
      entry,
      hosts,
      volumes: new Map(
        volumes.flatMap(({ source, id, leaving }) => (id && !leaving ? [[source, id] as const] : [])),
      ),
    })),
    hosts,
    edges,
    ...(edgeOwner && { edgeOwner }),
    containers,
    pathChecks: [...services.values()]
      .flatMap(({ replicas }) => [...replicas.values()])
      .flatMap(({ cutover }) =>
        typeof cutover?.stdin === "string" ? (pathCheckIn(cutover.stdin) ?? []) : [],
      ),
    interrupted: pending.some(({ type }) => type === "creating"),
  };
}
