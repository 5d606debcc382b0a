import type { Service } from "../catalogue/service.ts";
import type { ContainerInputs } from "../container/fields/field.ts";
import { type LabelledStack, LABELS } from "../container/labels.ts";
import type { Pin } from "../history/pins.ts";
import type { HostAddress } from "../host/address.ts";
import { type StateResource, nameIn, providerUrn } from "./resources.ts";
import { TYPES } from "./types.ts";
import { containerIn, pidsLimitIn } from "../rollout/cutover-variables.ts";
import { digestOf } from "../image/reference.ts";

/** A container as the stack's state has it. */
export interface DesiredContainer {
  id: string;
  urn: string;
  /** Name of its host. */
  host: string;
  service: string;
  /** The replica's number, or what else the container is for. */
  slot: string;
  /** Whether it only waits for its removal. */
  leaving: boolean;
  /** When it was made, as ISO 8601. */
  created?: string | undefined;
  inputs: ContainerInputs;
  /** How many processes its cutover let it have; none: without a limit. */
  pidsLimit?: number | undefined;
}

/** One replica's containers, the former one too until it is removed, and its cutover as it last succeeded. */
export interface ReplicaState {
  containers: DesiredContainer[];
  cutover:
    { /** What the script was given. */ stdin: unknown; /** ISO 8601. */ succeeded: string } | undefined;
}

/** A volume of a service. */
export interface VolumeState {
  /** In services.ts. */
  source: string;
  /** Of its resource. */
  name: string;
  /** On the host; none where it was never made. */
  id: string | undefined;
  /** Whether it only waits for its removal. */
  leaving: boolean;
}

/** What containers stand on and only their host has: a volume or a network. */
export interface Footing {
  kind: "volume" | "network";
  urn: string;
  /** As its host lists it: a volume's name, a network's id. */
  id: string;
  /** What people call it there. */
  name: string;
  host: string;
  /** The service whose volume it is. */
  service: string | undefined;
  /** Whether it is an edge's. */
  isEdges: boolean;
}

/** A service as a state has it. */
export interface ServiceState {
  /** What services.ts said of it at the last update, defaults not filled in. */
  entry: Service;
  /** Where its containers are. */
  hosts: HostAddress[];
  volumes: VolumeState[];
  /** By name: "web", "web.1". */
  replicas: Map<string, ReplicaState>;
}

/** An image as a state has it. */
export interface ImageState {
  /** `repository@sha256:…`; none where it was never built. */
  ref: string | undefined;
  digest: string | undefined;
  /** The content hash it was built of, where that is known; of a stock image its digest. */
  hash: string | undefined;
  /** What services.ts calls a stock image: "postgres:17". */
  stock: string | undefined;
  /** What it is pinned to. */
  pin: Pin | undefined;
}

/** What a state has of a stack, typed: the only reading of its resources. */
export interface StackState {
  hosts: HostAddress[];
  /** The hosts that have an edge of this stack. */
  edges: HostAddress[];
  /** The stack whose edge this one's services are reached through, where that is another. */
  edgeOwner: LabelledStack | undefined;
  services: Map<string, ServiceState>;
  images: Map<string, ImageState>;
  /** Names and tags that images were pushed under, those of their parts too. */
  tags: string[];
  /** Names of the secrets that were made at random. */
  generatedSecrets: string[];
  /** All containers, jobs' and those that wait for their removal too. */
  containers: DesiredContainer[];
  footings: Footing[];
  /** Of the networks and the secrets made at random. */
  footingNames: ReadonlySet<string>;
  /** What they were made of, as rollout/footings.ts has it, where all of the last update succeeded. */
  footingsDigest: string | undefined;
  /** What each cutover was given as it last succeeded, by name: those of edges too. */
  cutovers: Map<string, unknown>;
}

/** Parses the resources of a state or of a checkpoint. */
export function parseState(resources: readonly StateResource[]): StackState {
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const kept = (resource: StateResource) => !resource.delete;
  const ancestor = ancestors(resources);
  const services = new Map(
    ofType(TYPES.service).map(({ urn, inputs }): [string, ServiceState] => [
      nameIn(urn),
      { entry: inputs as Service, hosts: [], volumes: [], replicas: new Map() },
    ]),
  );
  const serviceOf = (resource: StateResource) => {
    const service = ancestor(resource, TYPES.service);
    return service && services.get(nameIn(service.urn));
  };
  for (const volume of ofType(TYPES.volume)) serviceOf(volume)?.volumes.push(parseVolume(volume));
  for (const cutover of ofType(TYPES.cutover))
    serviceOf(cutover)?.replicas.set(nameIn(cutover.urn), { containers: [], cutover: undefined });
  for (const command of ofType(TYPES.command)) {
    const replica = serviceOf(command)?.replicas.get(nameIn(command.urn));
    const { stdin } = (command.inputs ?? {}) as { stdin?: unknown };
    if (replica) replica.cutover ??= { stdin, succeeded: command.modified ?? "" };
  }

  const hostOf = (resource: StateResource) =>
    ancestor({ urn: "", type: "", parent: providerUrn(resource) }, TYPES.host)?.inputs as
      HostAddress | undefined;
  const containers: DesiredContainer[] = [];
  const edges = new Map<string, HostAddress>();
  for (const resource of ofType(TYPES.container)) {
    const host = hostOf(resource);
    const container = parseContainer(resource, host);
    if (!container) continue;
    containers.push(container);
    const service = serviceOf(resource);
    // A job's container has a name of its own, and belongs to no replica.
    const replica = service?.replicas.get(nameIn(resource.urn));
    replica?.containers.push(container);
    const stdin = replica?.cutover?.stdin;
    if (typeof stdin === "string" && containerIn(stdin) === container.id)
      container.pidsLimit = pidsLimitIn(stdin);
    if (!host || container.leaving) continue;
    if (ancestor(resource, TYPES.edge)) edges.set(host.name, host);
    if (service && !service.hosts.some(({ name }) => name === host.name)) service.hosts.push(host);
  }
  const footings = ofType(TYPES.volume, TYPES.network)
    .filter(kept)
    .flatMap((resource): Footing[] => {
      const { urn, id, type, outputs = {} } = resource;
      if (!id) return [];
      const { name = id } = outputs as { name?: string };
      const service = ancestor(resource, TYPES.service);
      return [
        {
          kind: type === TYPES.volume ? "volume" : "network",
          ...{ urn, id, name, host: hostOf(resource)?.name ?? "" },
          service: service && nameIn(service.urn),
          isEdges: ancestor(resource, TYPES.edge) !== undefined,
        },
      ];
    });
  return {
    hosts: ofType(TYPES.host).map(({ inputs }) => inputs as HostAddress),
    edges: [...edges.values()],
    edgeOwner: (ofType(TYPES.edge).filter(kept)[0]?.inputs as { owner?: LabelledStack } | undefined)?.owner,
    services,
    images: new Map(ofType(TYPES.serviceImage).map((image) => [nameIn(image.urn), parseImage(image)])),
    tags: ofType(TYPES.image).filter(kept).flatMap(tagsOf),
    generatedSecrets: ofType(TYPES.password)
      .filter(kept)
      .map(({ urn }) => nameIn(urn)),
    containers,
    footings,
    footingNames: new Set(
      ofType(TYPES.network, TYPES.password)
        .filter(kept)
        .map(({ urn }) => nameIn(urn)),
    ),
    footingsDigest: footingsDigestIn(ofType(TYPES.stack), ofType(TYPES.host)),
    cutovers: new Map(
      ofType(TYPES.command)
        .filter(kept)
        .map(({ urn, inputs = {} }) => [nameIn(urn), (inputs as { stdin?: unknown }).stdin]),
    ),
  };
}

/** The one that all hosts agree on. An update that fails leaves its stack without outputs. */
function footingsDigestIn(
  [stack]: readonly StateResource[],
  hosts: readonly StateResource[],
): string | undefined {
  const found = new Set(hosts.map(({ outputs }) => (outputs as { footings?: string } | undefined)?.footings));
  const [digest] = found;
  return found.size === 1 && Object.keys(stack?.outputs ?? {}).length ? digest : undefined;
}

/** The ranges of addresses of the hosts' networks, by the host's name. */
export function networkRanges(resources: readonly StateResource[]): Map<string, string> {
  const networks = resources.filter((resource) => resource.type === TYPES.network && !resource.delete);
  return new Map(
    networks.flatMap(({ urn, inputs }) => {
      const { ipamConfigs = [] } = (inputs ?? {}) as { ipamConfigs?: { subnet?: string }[] };
      const range = ipamConfigs.find(({ subnet }) => subnet?.includes("."))?.subnet;
      return range ? [[nameIn(urn), range] as const] : [];
    }),
  );
}

/** Finds the component of a type that a resource is in. */
function ancestors(resources: readonly StateResource[]) {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return function ancestor(resource: StateResource, type: string): StateResource | undefined {
    const parent = byUrn.get(resource.parent ?? "");
    return parent && (parent.type === type ? parent : ancestor(parent, type));
  };
}

function parseContainer(
  resource: StateResource,
  host: HostAddress | undefined,
): DesiredContainer | undefined {
  const { id, urn, created, delete: leaving = false } = resource;
  const inputs = (resource.inputs ?? {}) as ContainerInputs;
  const label = (name: string) => inputs.labels?.find((one) => one.label === name)?.value ?? "";
  if (!id) return undefined;
  const [service, slot] = [label(LABELS.service), label(LABELS.slot)];
  return { id, urn, host: host?.name ?? "", service, slot, leaving, created, inputs };
}

function parseVolume({ urn, parent = "", id, delete: leaving = false }: StateResource): VolumeState {
  const name = nameIn(urn);
  return { source: name.slice(nameIn(parent).length + 1), name, id, leaving };
}

function parseImage({ inputs = {}, outputs = {} }: StateResource): ImageState {
  const { ref, hash } = outputs as { ref?: string; hash?: string };
  const { image: stock, pin } = inputs as { image?: string; pin?: Pin };
  return { ref, digest: digestOf(ref), hash, stock, pin };
}

function tagsOf({ inputs = {} }: StateResource): string[] {
  return (inputs as { tags?: string[] }).tags ?? [];
}
