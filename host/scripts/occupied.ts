import { type HostFeatures, USUAL, knowsStartInterval, reusesPorts } from "../../model/host/features.ts";
import type { Listener, Occupied, OtherContainer, OtherNetwork } from "../../model/host/occupied.ts";
import { assignments } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of occupied.sh. */
interface OccupiedVariables {
  /** `project/stack` that asks. */
  STACK: string;
  /** The same of the edge that it stands behind; or empty. */
  EDGE_STACK: string;
  /** Whether the engine's volumes are asked for: empty is no. */
  EXTERNAL_VOLUMES: string;
}

/** The script that prints what {@link parseOccupied} reads. */
export function occupiedScript(variables: OccupiedVariables): string {
  return assignments({ ...variables }) + readScripts(["occupied"]);
}

interface Bindings {
  [port: string]: { HostIp?: string; HostPort?: string }[] | null;
}

/** What is taken on a host, from what the script printed there. */
export function parseOccupied(printed: string): Occupied {
  const networks: OtherNetwork[] = [];
  const containers: OtherContainer[] = [];
  const volumes: string[] = [];
  const routes: Occupied["routes"] = [];
  const listeners: Listener[] = [];
  const users = new Map<string, string>();
  const edgeRoutes = new Map<string, string>();
  let edgeRuns = false;
  // Where there is no Linux beside the engine, it is in a virtual machine with a newer one.
  const features: HostFeatures = { ...USUAL };
  let engine: string | undefined;
  let platform: string | undefined;
  for (const line of printed.split("\n")) {
    const [kind, ...words] = line.split(" ");
    const [first = "", second = "", third = ""] = words;
    if (kind === "volume") volumes.push(first);
    else if (kind === "network") networks.push(parseNetwork(words.join(" ")));
    else if (kind === "container") containers.push(parseContainer(words.join(" ")));
    else if (kind === "route") routes.push({ device: first, range: parseRoute(second, third) });
    // Address and port in hexadecimal. Source: proc_pid_net(5)
    else if (kind === "listening") listeners.push({ ...parseSocket(second, first), user: third });
    else if (kind === "user") users.set(first, second);
    else if (kind === "engine") {
      engine = first;
      const [memoryLimit, swapLimit, pidsLimit] = words.slice(1, 4).map((word) => word !== "false");
      const limits = { memoryLimit, swapLimit, pidsLimit };
      const dockerRoot = words.slice(4).join(" ");
      Object.assign(features, { ...limits, startInterval: knowsStartInterval(first), dockerRoot });
    } else if (kind === "platform") platform = first;
    else if (kind === "kernel") features.portReuse = reusesPorts(first);
    else if (kind === "ipv6") features.ipv6 = true;
    else if (kind === "edge") edgeRuns = true;
    else if (kind === "edge-route") edgeRoutes.set(first, words.slice(1).join(" "));
  }
  return {
    networks,
    volumes,
    containers,
    routes,
    features,
    ...(edgeRuns && { edgeRoutes }),
    engine,
    platform,
    listeners: listeners.map((listener) => ({
      ...listener,
      user: users.get(listener.user) ?? listener.user,
    })),
  };
}

function parseNetwork(json: string): OtherNetwork {
  const { id, name, labels, ipam } = JSON.parse(json) as {
    id: string;
    name: string;
    labels: Record<string, string> | null;
    ipam: { Subnet?: string }[] | null;
  };
  const ranges = (ipam ?? []).flatMap(({ Subnet }) => Subnet ?? []);
  return { id, name, labels: labels ?? {}, ranges };
}

function parseContainer(json: string): OtherContainer {
  const { name, labels, ports, bindings } = JSON.parse(json) as {
    name: string;
    labels: Record<string, string> | null;
    ports: Bindings | null;
    bindings: Bindings | null;
  };
  // What it asked for counts too: one that is restarting has nothing at the moment.
  const all = [...Object.entries(ports ?? {}), ...Object.entries(bindings ?? {})];
  const published = all.flatMap(([port, places]) =>
    (places ?? []).map(({ HostIp, HostPort = "" }) => ({
      port: `${HostPort}/${port.split("/")[1] ?? "tcp"}`,
      ...(HostIp && { hostIp: HostIp }),
    })),
  );
  return { name: name.replace(/^\//, ""), labels: labels ?? {}, published };
}

/** An address and a port, as /proc/net/tcp has them; an address of IPv6 counts as all there are. */
function parseSocket(text: string, protocol: string): { port: string; hostIp?: string } {
  const [address = "", port = ""] = text.split(":");
  return {
    port: `${parseInt(port, 16)}/${protocol}`,
    ...(address.length === 8 && { hostIp: bytesOf(address).join(".") }),
  };
}

/** The bytes of an address of four in hexadecimal, the last one first. */
function bytesOf(hex: string): number[] {
  return [...(hex.match(/../g) ?? [])].reverse().map((byte) => parseInt(byte, 16));
}

/** A destination and its mask, as /proc/net/route has them: four bytes in hexadecimal, the last one first. */
function parseRoute(destination: string, mask: string): string {
  const bits = bytesOf(mask).reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
  return `${bytesOf(destination).join(".")}/${bits}`;
}
