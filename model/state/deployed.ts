import type { LabelledStack } from "../container/labels.ts";
import type { Service } from "../catalogue/service.ts";
import type { HostAddress } from "../host/address.ts";
import { type PathCheck, pathCheckIn } from "../rollout/cutover-variables.ts";
import type { FootingState } from "../rollout/footings.ts";
import { names } from "../rollout/resource-names.ts";
import { type DesiredContainer, type Footing, type ServiceState, parseState } from "./parse.ts";
import { type Deployment, nameIn } from "./resources.ts";

/** A service as it is deployed. */
export interface DeployedService {
  /** What services.ts said of it at the last update, defaults not filled in. */
  entry: Service;
  /** Where its containers are. */
  hosts: HostAddress[];
  /** Its volumes' names on the host, by those in services.ts; of those that services share the ones that are copied with it. */
  volumes: Map<string, string>;
}

/** What a stack's state says of its fleet. */
export interface Deployed extends FootingState {
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
  const parsed = parseState(resources);
  const { services, hosts, edges, edgeOwner, containers, footings } = parsed;
  const states = [...services.values()];
  return {
    project,
    stack,
    services: states.map(({ entry, hosts, volumes }) => ({
      entry,
      hosts,
      volumes: new Map([
        ...volumes.flatMap(({ source, id, leaving }) => (id && !leaving ? [[source, id] as const] : [])),
        ...sharedVolumes(entry, hosts, states, footings),
      ]),
    })),
    hosts,
    edges,
    ...(edgeOwner && { edgeOwner }),
    containers,
    footingsDigest: parsed.footingsDigest,
    footingNames: parsed.footingNames,
    pathChecks: [...services.values()]
      .flatMap(({ replicas }) => [...replicas.values()])
      .flatMap(({ cutover }) =>
        typeof cutover?.stdin === "string" ? (pathCheckIn(cutover.stdin) ?? []) : [],
      ),
    interrupted: pending.some(({ type }) => type === "creating"),
  };
}

/** The volumes that services share and that are copied with this one: it is the first by name, on its host, to mount them. */
function sharedVolumes(
  entry: Service,
  [host]: readonly HostAddress[],
  all: readonly ServiceState[],
  footings: readonly Footing[],
): [source: string, id: string][] {
  const shared = footings.filter((footing) => footing.kind === "volume" && footing.host === host?.name);
  return (entry.volumes ?? []).flatMap(({ source }) => {
    const there = shared.find(({ urn }) => nameIn(urn) === names.sharedVolume(host?.name ?? "", source));
    const sharing = all.filter(
      (one) =>
        one.hosts.some(({ name }) => name === host?.name) &&
        one.entry.volumes?.some((volume) => volume.source === source),
    );
    const [first] = sharing.map((one) => one.entry.name).sort();
    return there && first === entry.name ? [[source, there.id]] : [];
  });
}
