import { type ActualContainer, containerName, hasTakenOver, isOf, isRunning } from "../container/actual.ts";
import { assignments } from "../../lib/shell.ts";
import { type Drift, type ReplicaStatus, fleetStatus } from "./drift.ts";
import { edgeDrift } from "./edge-drift.ts";
import { again, anew, commandFor } from "./mend.ts";
import { parseMaintenance } from "../edge/maintenance.ts";
import { filesMountedBy, isIntact } from "../container/files.ts";
import { isReplica, replicaName } from "../rollout/replica.ts";
import { names } from "../rollout/resource-names.ts";
import { routeName } from "../edge/names.ts";
import { gatewayIn, stackIn } from "../rollout/cutover-variables.ts";
import type { DesiredContainer, Footing, StackState } from "./parse.ts";

/** What there is on a host. */
export interface ActualHost {
  /** The stack's, by their labels. */
  containers: readonly ActualContainer[];
  /** Names of all volumes, ids of all networks. */
  footings: ReadonlySet<string>;
  /** SHA-256 of what is in the volumes of files of its containers, by the volume's name. */
  files: ReadonlyMap<string, string>;
  /**
   * The files of the stack's edge by name, as in "slipway+dev+web.yml", of those that it has of its own the SHA-256;
   * undefined where it does not run.
   */
  routes: ReadonlyMap<string, string> | undefined;
}

/** What is not as the last update left it and is no replica's: a network, the edge's volume. */
export interface HostStatus {
  host: string;
  drift: Drift[];
}

/** A whole fleet beside what its state says. */
export interface FleetStatus {
  replicas: ReplicaStatus[];
  hosts: HostStatus[];
}

/**
 * Compares a fleet with its state.
 * @param actual undefined where the host could not be reached
 */
export function compareFleet(
  state: Pick<StackState, "containers" | "footings" | "cutovers">,
  actual: ReadonlyMap<string, ActualHost | undefined>,
): FleetStatus {
  const containers = new Map([...actual].map(([name, host]) => [name, host?.containers]));
  const missing = state.footings.filter(({ host, id }) => actual.get(host)?.footings.has(id) === false);
  const replicas = fleetStatus(state.containers, containers).map((replica) => {
    const host = withLostRoutes(actual.get(replica.host), replica.host, missing);
    // What is the service's own, and no replica's, is told of its first one.
    if (!host || replica.slot !== "0" || replica.wanted === undefined) return replica;
    const more = [
      ...missing.filter(({ service }) => service === replica.service).map(missingVolume),
      ...fileDrift(replica, state.containers, host),
      ...missingJobs(replica, state.containers, host),
      ...routeDrift(replica, state, host),
    ];
    const owner = stackIn(String(state.cutovers.get(replica.service)));
    const file = `${routeName(owner, replica.service)}.maintenance.yml`;
    const maintenanceSec = parseMaintenance(owner, host.routes?.get(file) ?? "").get(replica.service);
    return { ...replica, ...(maintenanceSec && { maintenanceSec }), drift: [...more, ...replica.drift] };
  });
  const hosts = [...actual].map(([host, found]) => ({
    host,
    drift: [
      ...missing.filter((footing) => footing.host === host && !footing.service).map(missingFooting),
      ...(found?.routes ? edgeDrift(host, state, found.containers, found.routes) : []),
    ],
  }));
  return { replicas, hosts: hosts.filter(({ drift }) => drift.length) };
}

/** With the volume of an edge all its routes are gone, though no edge runs that could tell. */
function withLostRoutes(
  host: ActualHost | undefined,
  name: string,
  missing: readonly Footing[],
): ActualHost | undefined {
  const lost = missing.some(
    (footing) => footing.host === name && footing.isEdges && footing.kind === "volume",
  );
  return host && lost ? { ...host, routes: host.routes ?? new Map<string, string>() } : host;
}

/** One thing that is not as the last update left it, and where: "web.1 on lab-1". */
export interface Finding extends Drift {
  where: string;
  host: string;
  /** None where it is no service's. */
  service: string | undefined;
}

/** All that is found in a fleet, hosts first: what runs there stands on it. */
export function findings({ replicas, hosts }: FleetStatus): Finding[] {
  return [
    ...hosts.flatMap(({ host, drift }) =>
      drift.map((one) => ({ ...one, where: host, host, service: undefined })),
    ),
    ...replicas.flatMap(({ service, slot, host, drift }) =>
      drift.map((one) => ({ ...one, where: `${replicaName(service, slot)} on ${host}`, host, service })),
    ),
  ];
}

function missingVolume({ urn, name, service }: Footing): Drift {
  const what = `${lostVolume(name)}, slipway restore ${service ?? ""} brings back a backup`;
  return { kind: "missing", what, command: commandFor(service), mends: [anew(urn)] };
}

function missingFooting({ kind, urn, name, isEdges }: Footing): Drift {
  const what = kind === "volume" && !isEdges ? lostVolume(name) : `${kind} ${name} is not there`;
  return { kind: "missing", what, command: commandFor(undefined), mends: [anew(urn)] };
}

function lostVolume(name: string): string {
  return `volume ${name} is not there, and its data is lost: the next one begins empty`;
}

/**
 * In what the files that a service's containers are given are not as they were put there. A container goes on with what it
 * had at its start, so that all of them are made anew.
 */
function fileDrift(
  { service, host: name }: ReplicaStatus,
  desired: readonly DesiredContainer[],
  { footings, files }: ActualHost,
): Drift[] {
  const ours = desired.filter(
    (one) => one.service === service && one.host === name && !one.leaving && isReplica(one.slot),
  );
  const volume = ours.flatMap(({ inputs }) => filesMountedBy(inputs) ?? [])[0];
  const digest = files.get(volume ?? "");
  if (volume === undefined || (footings.has(volume) && (digest === undefined || isIntact(volume, digest))))
    return [];
  const isThere = footings.has(volume);
  return [
    {
      kind: isThere ? "edited by hand" : "missing",
      what: isThere
        ? `what is in ${volume}, its files, was changed`
        : `volume ${volume}, with its files, is not there`,
      command: commandFor(service),
      mends: [{ fill: names.files(service) }, ...ours.map(({ urn }) => anew(urn))],
    },
  ];
}

/** A job's container stays after its end, which tells the next cutover that it has run: who tidies up may remove it. */
function missingJobs(
  { service, host: name }: ReplicaStatus,
  desired: readonly DesiredContainer[],
  { containers }: ActualHost,
): Drift[] {
  return desired
    .filter((job) => job.service === service && job.host === name && job.slot === "pre-deploy")
    .filter(({ id, leaving }) => !leaving && !containers.some(({ inspected }) => inspected.Id === id))
    .map(({ urn }) => ({
      kind: "missing",
      what: "the pre-deploy job's container is not there",
      command: commandFor(service),
      mends: [anew(urn)],
    }));
}

/** In what a service's route file is not as its cutover wrote it. */
function routeDrift(
  { service }: ReplicaStatus,
  { containers, cutovers }: Pick<StackState, "containers" | "cutovers">,
  host: ActualHost,
): Drift[] {
  const own = containers.find((one) => one.service === service && one.slot === "0" && !one.leaving);
  const input = cutovers.get(service);
  if (!own || !host.routes || typeof input !== "string" || !/^ROUTE='{/m.test(input)) return [];
  const file = host.routes.get(`${routeName(stackIn(input), service)}.yml`);
  const servers = /"servers":\[(.*?)\]/.exec(file ?? "")?.[1] ?? "";
  const written = file?.replace(/"servers":\[.*?\]/, '"servers":"@SERVERS@"') ?? "";
  const leftOut = host.containers
    .filter((one) => isRunning(one) && hasTakenOver(one) && isReplicaOf(one, service, containers))
    .map((one) => serverOf(one, host.containers, input))
    .filter((name) => !servers.includes(`://${name}:`));
  const what =
    file === undefined
      ? "its route is not there"
      : !input.includes(assignments({ ROUTE: written }))
        ? "its route was edited"
        : leftOut.length
          ? `its route does not lead to ${leftOut.join(", ")}`
          : undefined;
  if (what === undefined) return [];
  const kind = file === undefined ? "missing" : "edited by hand";
  return [{ kind, what, command: commandFor(service), mends: [again(own.urn)] }];
}

/** Where the edge finds a container: server_of of host/scripts/ask-path.sh. */
function serverOf(one: ActualContainer, all: readonly ActualContainer[], input: string): string {
  const { NetworkMode = "" } = one.inspected.HostConfig;
  if (NetworkMode === "host") return gatewayIn(input) ?? containerName(one);
  const owner = all.find(({ inspected }) => NetworkMode === `container:${inspected.Id}`);
  return containerName(owner ?? one);
}

/** Whether it is the state's container of a replica of the service. */
function isReplicaOf(one: ActualContainer, service: string, desired: readonly DesiredContainer[]): boolean {
  return desired.some(
    (replica) => replica.service === service && replica.id === one.inspected.Id && isOf(one, replica),
  );
}
