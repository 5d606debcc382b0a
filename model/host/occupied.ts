import { overlaps } from "../../lib/address-range.ts";
import { type Network, RANGES } from "../catalogue/networks.ts";
import { overlapping } from "../catalogue/ports.ts";
import type { Catalogue } from "../catalogue/service.ts";
import type { sharedNames } from "../rollout/shared.ts";
import type { HostFeatures } from "./features.ts";
import { type LabelledStack, EDGE_SERVICE, LABELS } from "../container/labels.ts";

/** What is taken on a host already, by whomever, and what its kernel and engine are. */
export interface Occupied {
  networks: OtherNetwork[];
  /** Names of the engine's volumes; of none where the catalogue has no external one. */
  volumes: string[];
  /** Those that run or are about to. */
  containers: OtherContainer[];
  /** Ranges of IPv4 addresses that lead somewhere, "0.0.0.0/0" the default route. */
  routes: { device: string; range: string }[];
  listeners: Listener[];
  /**
   * The files of routes of the edge that the stack stands behind, by the routes' names; empty where no other stack has
   * anything on the host, undefined where the edge is not running.
   */
  edgeRoutes?: ReadonlyMap<string, string>;
  features: HostFeatures;
  /** The engine's version, "20.10.24+dfsg1". */
  engine?: string | undefined;
  /** The engine's: "linux/arm64". */
  platform?: string | undefined;
}

/** A network of the engine's. */
export interface OtherNetwork {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Of addresses, IPv4 and IPv6. */
  ranges: string[];
}

/** A container. */
export interface OtherContainer {
  name: string;
  labels: Readonly<Record<string, string>>;
  published: HeldPort[];
}

/** A port of the host, "80/tcp", and its address there; none, or "0.0.0.0": all. */
export interface HeldPort {
  port: string;
  hostIp?: string | undefined;
}

/** A process that listens on a port of the host. */
export interface Listener extends HeldPort {
  /** Its user. */
  user: string;
}

/** A port that the stack is to publish on a host. */
export interface WantedPort extends HeldPort {
  /** What says so: `services/tcp/ports/0`, or a setting. */
  at: string;
  /** Whether it is the edge's. */
  isEdges: boolean;
}

/** Whether it has the labels of a stack. */
export function isOf({ project, stack }: LabelledStack, labels: Readonly<Record<string, string>>): boolean {
  return labels[LABELS.project] === project && labels[LABELS.stack] === stack;
}

/** A line for each wanted port that somebody else has, and what to do. What the stack itself has makes way in its roll. */
export function takenPorts(
  host: string,
  own: LabelledStack,
  wanted: readonly WantedPort[],
  { containers, listeners }: Pick<Occupied, "containers" | "listeners">,
): string[] {
  return wanted.flatMap(({ port, hostIp, at, isEdges }) => {
    const isIt = (held: HeldPort) => held.port === port && overlapping(held.hostIp, hostIp);
    const holders = containers.filter(({ published }) => published.some(isIt));
    if (holders.some(({ labels }) => isOf(own, labels))) return [];
    const [holder] = holders;
    const listener = listeners.find(isIt);
    if (!holder && !listener) return [];
    const who = holder
      ? nameOf(holder)
      : `a process of user ${listener?.user ?? ""} that is in no container, or in one with the host's network`;
    return [`${at}: port ${port} of host ${host} is taken by ${who}. ${adviceOn(holder, isEdges)}`];
  });
}

function nameOf({ name, labels }: OtherContainer): string {
  const [project, stack, service] = [LABELS.project, LABELS.stack, LABELS.service].map(
    (label) => labels[label],
  );
  if (!service) return `container ${name}`;
  const what = service === EDGE_SERVICE ? "the edge" : `service ${service}`;
  return `${what} of stack ${project ?? ""}/${stack ?? ""}`;
}

function adviceOn(holder: OtherContainer | undefined, isEdges: boolean): string {
  const { labels = {} } = holder ?? {};
  const owner = `${labels[LABELS.project] ?? ""}/${labels[LABELS.stack] ?? ""}`;
  if (isEdges && labels[LABELS.service] === EDGE_SERVICE)
    return `To stand behind that edge: pulumi config set edge ${owner}; else choose another port`;
  return isEdges
    ? "Choose another port, stop what has it, or, if that is a proxy of yours: pulumi config set edge false"
    : "Choose another port, or stop what has it";
}

/** What the catalogue names as external, used on a host and not there. */
export function missingExternals(
  host: string,
  used: ReturnType<typeof sharedNames>,
  { networks, volumes }: Pick<Catalogue, "networks" | "volumes">,
  occupied: Pick<Occupied, "networks" | "volumes">,
): string[] {
  const missing = (
    kind: "network" | "volume",
    entries: readonly { name: string; external?: string | undefined }[],
    wanted: ReadonlySet<string>,
    there: readonly string[],
  ) =>
    entries.flatMap(({ name, external }) =>
      external === undefined || !wanted.has(name) || there.includes(external)
        ? []
        : [
            `${kind}s/${name}/external: is not there on host ${host}, got "${external}". Make it there (docker ${kind} ` +
              `create ${external}), or leave external out to have one made`,
          ],
    );
  const networkNames = occupied.networks.map(({ name }) => name);
  return [
    ...missing("network", networks, used.networks, networkNames),
    ...missing("volume", volumes, used.volumes, occupied.volumes),
  ];
}

/** A line for each network of the catalogue that is to be on a host and whose range somebody else there has. */
export function takenSubnets(
  host: string,
  own: LabelledStack,
  declared: readonly Network[],
  { networks }: Pick<Occupied, "networks">,
): string[] {
  return declared.flatMap(({ name, ...network }) =>
    RANGES.flatMap(({ subnet: key }) => {
      const range = network[key];
      if (range === undefined) return [];
      const other = networks.find(({ labels, ranges }) => {
        const isMine = isOf(own, labels) && labels[LABELS.network] === name;
        return !isMine && ranges.some((each) => overlaps(each, range));
      });
      if (!other) return [];
      return [
        `networks/${name}/${key}: ${range} overlaps with network ${other.name} (${other.ranges.join(", ")}) on host ` +
          `${host}. Choose another range`,
      ];
    }),
  );
}
