import { plainPath } from "../../model/container/fields/facts.ts";
import type { Inspected } from "../../model/container/inspect.ts";
import { plainTmpfs } from "./tmpfs.ts";

/** What `docker inspect` shows, as far as it is asked for by whoever made the container. */
export interface Shown {
  Id: string;
  /** With a slash before it. */
  Name: string;
  Config: {
    Env?: string[];
    Labels?: Record<string, string>;
    Hostname?: string;
    ExposedPorts?: Record<string, object> | null;
    Volumes?: Record<string, object> | null;
  } & Record<string, unknown>;
  HostConfig: {
    Tmpfs?: Record<string, string> | null;
    Mounts?: { Type: string; Target: string; TmpfsOptions?: { SizeBytes?: number; Mode?: number } }[] | null;
    PortBindings?: Record<string, object[]> | null;
    NetworkMode: string;
    RestartPolicy: { Name: string };
    CapAdd?: string[] | null;
    CapDrop?: string[] | null;
    PidsLimit?: number | null;
    NanoCpus?: number;
    CpuQuota?: number;
    CpuPeriod?: number;
  } & Record<string, unknown>;
  Mounts: Inspected["Mounts"];
  NetworkSettings: { Networks: Record<string, ShownNetwork> };
}

interface ShownNetwork {
  Aliases?: string[] | null;
  IPAMConfig?: object | null;
  Links?: string[] | null;
  DriverOpts?: object | null;
}

/** Values as JSON by place: "HostConfig.Memory". What is empty is not there: Docker shows null, [], "", 0 and false alike for what was not asked for. */
export type Facts = Map<string, string>;

/** Common words for what each side names in its own way: networks, volumes, ids and, with a slash before, names of containers. */
type Words = ReadonlyMap<string, string>;

/** What stands where a name only has to be there. */
const THERE = "there";

/** Sets of texts, in no order. */
const SETS = [
  ...["CapAdd", "CapDrop", "DeviceCgroupRules", "Devices", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts"],
  ...["GroupAdd", "SecurityOpt", "Ulimits"],
];

/** All that a container was asked to be, whoever asked. */
export function factsOf(shown: Shown, words: Words): Facts {
  const facts: Facts = new Map();
  addConfig(facts, shown);
  addHostConfig(facts, shown, words);
  addMounts(facts, shown, words);
  for (const [name, network] of Object.entries(shown.NetworkSettings.Networks))
    addNetwork(facts, `Networks.${words.get(name) ?? name}`, network, shown, words);
  return facts;
}

function addConfig(facts: Facts, { Id, Config, HostConfig }: Shown): void {
  const { Env = [], Labels = {}, Hostname = "", ExposedPorts, Volumes, ...rest } = Config;
  // Its names are its own, or those of whose network it has.
  const given =
    /^(host|container:.*)$/.test(HostConfig.NetworkMode) || Id.startsWith(Hostname) ? "" : Hostname;
  add(facts, "Config", { ...rest, Hostname: given });
  for (const port of Object.keys(ExposedPorts ?? {})) facts.set(`Config.ExposedPorts.${port}`, THERE);
  for (const path of Object.keys(Volumes ?? {})) facts.set(`Config.Volumes.${path}`, THERE);
  for (const line of Env) facts.set(`Config.Env.${line.split("=", 1)[0] ?? ""}`, JSON.stringify(line));
  for (const [name, value] of Object.entries(Labels))
    facts.set(`Config.Labels.${name}`, JSON.stringify(value));
}

/** Without what stands for the same as another key: a way to ask for mounts, a part of the processors. */
function addHostConfig(facts: Facts, { HostConfig }: Shown, words: Words): void {
  const { NanoCpus = 0, CpuQuota = 0, CpuPeriod, CapAdd, CapDrop, PidsLimit, ...others } = HostConfig;
  const { NetworkMode, RestartPolicy, PortBindings, Tmpfs, Mounts, ...more } = others;
  const rest: Record<string, unknown> = { ...more, Binds: undefined };
  add(facts, "HostConfig", {
    ...rest,
    Cpus: NanoCpus / 1e9 || (CpuPeriod ? CpuQuota / CpuPeriod : 0),
    // With the prefix or without.
    CapAdd: CapAdd?.map((name) => name.replace(/^CAP_/, "")),
    CapDrop: CapDrop?.map((name) => name.replace(/^CAP_/, "")),
    PidsLimit: PidsLimit === -1 ? 0 : PidsLimit,
    RestartPolicy: { ...RestartPolicy, Name: RestartPolicy.Name === "no" ? "" : RestartPolicy.Name },
    NetworkMode: plainMode(NetworkMode, words),
  });
  for (const [port, bindings] of Object.entries(PortBindings ?? {}))
    facts.set(`HostConfig.PortBindings.${port}`, asSet(bindings));
  for (const [target, options] of Object.entries(Tmpfs ?? {}))
    facts.set(`Tmpfs.${plainPath(target)}`, plainTmpfs(options));
  for (const { Type, Target, TmpfsOptions: { SizeBytes, Mode } = {} } of Mounts ?? []) {
    if (Type !== "tmpfs") continue;
    const options = [SizeBytes && `size=${SizeBytes}`, Mode && `mode=${Mode.toString(8)}`];
    facts.set(`Tmpfs.${plainPath(Target)}`, plainTmpfs(options.filter(Boolean).join()));
  }
}

function plainMode(mode: string, words: Words): string {
  const [, container] = /^container:(.*)$/.exec(mode) ?? [];
  if (container === undefined) return words.get(mode) ?? mode;
  return `container:${words.get(container) ?? words.get(`/${container}`) ?? container}`;
}

/** With "strict" for a path that must be there. */
function addMounts(facts: Facts, { Mounts, HostConfig }: Shown, words: Words): void {
  const strict = (HostConfig.Mounts ?? []).filter(({ Type }) => Type === "bind").map(({ Target }) => Target);
  for (const { Type, Name, Source, Destination, RW, Propagation } of Mounts) {
    if (Type === "tmpfs") continue;
    const from = Name === undefined ? Source : (words.get(Name) ?? Name);
    facts.set(
      `Mounts.${Destination}`,
      JSON.stringify([
        Type,
        from,
        RW ? "rw" : "ro",
        Propagation,
        ...(strict.includes(Destination) ? ["strict"] : []),
      ]),
    );
  }
}

function addNetwork(
  facts: Facts,
  at: string,
  network: ShownNetwork,
  { Id, Name, Config }: Shown,
  words: Words,
) {
  const { Aliases, IPAMConfig, Links, DriverOpts } = network;
  facts.set(at, THERE);
  for (const alias of Aliases ?? []) {
    // The engine's own.
    if (Id.startsWith(alias) || alias === Config.Hostname) continue;
    facts.set(
      `${at}.Aliases.${words.get(alias) ?? alias}`,
      `/${alias}` === Name ? "its container's name" : THERE,
    );
  }
  add(facts, at, { IPAMConfig, Links, DriverOpts });
}

function add(facts: Facts, at: string, values: object): void {
  for (const [key, value] of Object.entries(values) as [string, unknown][]) {
    if (isEmpty(value)) continue;
    if (Array.isArray(value))
      facts.set(`${at}.${key}`, SETS.includes(key) ? asSet(value) : JSON.stringify(value));
    else if (typeof value === "object") add(facts, `${at}.${key}`, value as object);
    else facts.set(`${at}.${key}`, JSON.stringify(value));
  }
}

function asSet(list: readonly unknown[]): string {
  return `[${list
    .map((each) => JSON.stringify(each))
    .sort()
    .join()}]`;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || value === "" || value === 0 || value === false;
}
