import { readFileSync } from "node:fs";
import { overlaps, prefixOf } from "../lib/address-range.ts";
import { UserError } from "../lib/errors.ts";
import { output } from "../lib/run.ts";

interface Address {
  ifname: string;
  addr_info: { family: string; local: string; prefixlen: number }[];
}

/**
 * A free /24 network for a lab, as its first three numbers ("10.98.7"): the one that follows from its id, or
 * the next that no address and no route of this machine touches. Fails when none of 256 is free.
 */
export async function freeSubnet(id: string): Promise<string> {
  const taken = await networksInUse();
  const first = parseInt(id, 16);
  for (let step = 0; step < 256; step++) {
    const subnet = `10.${64 + ((first >> 8) % 128)}.${(first + step) % 256}`;
    if (!taken.some((network) => overlaps(network, `${subnet}.0/24`))) return subnet;
  }
  throw new Error("no free network 10.x.y.0/24 on this machine");
}

/** Makes the lab's bridge with its address, or mends what is missing of it. */
export async function bridge(lab: string, subnet: string): Promise<void> {
  if (!links().includes(lab)) {
    const owner = (await networksInUse()).find((network) => overlaps(network, `${subnet}.0/24`));
    if (owner)
      throw new UserError(
        `lab: its network ${subnet}.0/24 is in use by others, got ${owner}; take the lab down and up again`,
      );
    await output(["ip", "link", "add", lab, "type", "bridge"]);
  }
  await output(["ip", "address", "replace", `${subnet}.1/24`, "dev", lab]);
  await output(["ip", "link", "set", lab, "up"]);
}

/** Puts host number `index` of a lab, whose first process is `pid`, on the lab's bridge, or what is missing of that. */
export async function connect(lab: string, index: number, pid: number): Promise<void> {
  const cable = cableName(lab, index);
  const ends = ["link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", String(pid)];
  if (!links().includes(cable)) await output(["ip", ...ends]);
  await output(["ip", "link", "set", cable, "master", lab, "up"]);
}

/** Takes host number `index` off the bridge: the kernel would do so too, some time after the machine's end. */
export async function disconnect(lab: string, index: number): Promise<void> {
  await removeLink(cableName(lab, index));
}

/** Removes the bridge and every cable of a lab. */
export async function removeNetwork(lab: string): Promise<void> {
  for (const link of links()) {
    if (link === lab || link.startsWith(cableName(lab, ""))) await removeLink(link);
  }
}

/** A cable's end on this machine; the kernel allows names of 15 characters. */
function cableName(lab: string, index: number | string): string {
  return `sw${lab.replace("slipway-", "")}-${index}`;
}

/** The names of the network devices where this process is; /sys may show those of elsewhere. */
function links(): string[] {
  return [...readFileSync("/proc/self/net/dev", "utf8").matchAll(/^ *(\S+):/gm)].map(([, name = ""]) => name);
}

async function removeLink(name: string): Promise<void> {
  await output(["ip", "link", "delete", name]).catch((error: unknown) => {
    if (links().includes(name)) throw error;
  });
}

/** Every network that an address or a route of this machine names; the very wide ones (a VPN's 10/8) apart. */
async function networksInUse(): Promise<string[]> {
  const addresses = JSON.parse(await output(["ip", "-json", "-4", "address"])) as Address[];
  const routes = JSON.parse(await output(["ip", "-json", "-4", "route", "show", "table", "all"])) as {
    dst: string;
  }[];
  const networks = addresses.flatMap((link) =>
    link.addr_info.map((info) => `${info.local}/${info.prefixlen}`),
  );
  return [...networks, ...routes.map((route) => route.dst)].filter((network) => prefixOf(network) > 8);
}
