import { type Size, toBytes } from "../../lib/size.ts";
import { plainPath } from "../../model/container/fields/facts.ts";

/** What `docker inspect` shows, as far as it is asked for by whoever made the container. */
export interface Shown {
  Id: string;
  Config: { Env?: string[]; Labels?: Record<string, string> } & Record<string, unknown>;
  HostConfig: {
    Binds?: string[] | null;
    Mounts?: { Type: string; Target: string; TmpfsOptions?: { SizeBytes?: number; Mode?: number } }[] | null;
    Tmpfs?: Record<string, string> | null;
  } & Record<string, unknown>;
  Mounts: {
    Type: string;
    Name?: string;
    Source: string;
    Destination: string;
    RW: boolean;
    Propagation: string;
  }[];
  NetworkSettings: {
    Networks: Record<
      string,
      {
        Aliases?: string[] | null;
        IPAMConfig?: object | null;
        Links?: string[] | null;
        DriverOpts?: object | null;
      }
    >;
  };
}

/** Values by place: "HostConfig.Memory". What is empty is not there: Docker shows null, [], "" and 0 alike for what was not asked for. */
export type Facts = Map<string, string>;

/** Words of one side for what both name differently: networks, volumes, containers. */
export type Words = ReadonlyMap<string, string>;

/** Sets of texts, in no order. */
const SETS = [
  "CapAdd",
  "CapDrop",
  "DeviceCgroupRules",
  "Devices",
  "Dns",
  "DnsOptions",
  "ExtraHosts",
  "GroupAdd",
  "SecurityOpt",
  "Ulimits",
];

/** All that a container was asked to be, under the names of the Compose file. */
export function factsOf({ Id, Config, HostConfig, Mounts, NetworkSettings }: Shown, words: Words): Facts {
  const facts: Facts = new Map();
  const word = (name: string) => words.get(name) ?? name;
  const { Env = [], Labels = {}, ...config } = Config;
  add(facts, "Config", {
    ...config,
    Hostname: Id.startsWith(String(config.Hostname)) ? "" : config.Hostname,
  });
  for (const line of Env) facts.set(`Config.Env.${line.split("=", 1)[0] ?? ""}`, JSON.stringify(line));
  for (const [name, value] of Object.entries(Labels))
    facts.set(`Config.Labels.${name}`, JSON.stringify(value));
  // Two ways to ask for a mount, which Mounts shows, tmpfs with its options apart.
  const { Binds: _binds, Mounts: asked, Tmpfs, NetworkMode, ...host } = HostConfig;
  const { NanoCpus, CpuQuota, CpuPeriod, CapAdd, CapDrop, ...rest } = host;
  // Two ways to ask for a part of the processors, and two spellings of a capability.
  const cpus = Number(NanoCpus) / 1e9 || Number(CpuQuota) / Number(CpuPeriod) || 0;
  const plain = (list: unknown) => ((list ?? []) as string[]).map((each) => each.replace(/^CAP_/, ""));
  const mode = String(NetworkMode).replace(/[^:]+$/, word);
  add(facts, "HostConfig", {
    ...rest,
    cpus,
    CapAdd: plain(CapAdd),
    CapDrop: plain(CapDrop),
    NetworkMode: mode,
  });
  for (const [target, options] of Object.entries(Tmpfs ?? {}))
    facts.set(`Tmpfs.${plainPath(target)}`, tmpfs(options));
  for (const { Type, Target, TmpfsOptions: { SizeBytes, Mode } = {} } of asked ?? [])
    if (Type === "tmpfs")
      facts.set(
        `Tmpfs.${plainPath(Target)}`,
        tmpfs([SizeBytes && `size=${SizeBytes}`, Mode && `mode=${Mode.toString(8)}`].filter(Boolean).join()),
      );
  for (const { Type, Name, Source, Destination, RW, Propagation } of Mounts)
    if (Type !== "tmpfs")
      facts.set(
        `Mounts.${Destination}`,
        JSON.stringify([Type, word(Name ?? Source), RW ? "rw" : "ro", Propagation]),
      );
  for (const [name, { Aliases, IPAMConfig, Links, DriverOpts }] of Object.entries(NetworkSettings.Networks)) {
    const at = `Networks.${word(name)}`;
    facts.set(at, "there");
    // The container's short id, which Docker gives by itself.
    const aliases = (Aliases ?? []).filter((alias) => !Id.startsWith(alias)).map(word);
    for (const alias of aliases) facts.set(`${at}.Aliases.${alias}`, "there");
    add(facts, at, { IPAMConfig, Links, DriverOpts });
  }
  return facts;
}

function add(facts: Facts, at: string, values: object): void {
  for (const [key, value] of Object.entries(values) as [string, unknown][]) {
    if (isEmpty(value)) continue;
    const set =
      SETS.includes(key) && Array.isArray(value)
        ? value.map((each) => JSON.stringify(each)).sort()
        : undefined;
    if (typeof value === "object" && !Array.isArray(value)) add(facts, `${at}.${key}`, value as object);
    else facts.set(`${at}.${key}`, set ? `[${set.join()}]` : JSON.stringify(value));
  }
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || value === "" || value === 0 || value === false;
}

function tmpfs(options: string): string {
  const words = options.split(",").map((word) => {
    const [, size, mode] = /^size=(\d+[kmg])$|^mode=0*(\d+)$/.exec(word) ?? [];
    return size
      ? `size=${toBytes(`${size.slice(0, -1)} ${size.slice(-1).toUpperCase()}iB` as Size)}`
      : mode
        ? `mode=${mode}`
        : word;
  });
  return words.filter(Boolean).sort().join();
}
