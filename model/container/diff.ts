/** What is read here of a container's inputs in the state. */
export interface ContainerInputs {
  image?: string;
  envs?: string[];
  labels?: { label: string; value: string }[];
  ports?: { internal: number; external?: number; ip?: string; protocol?: string }[];
  volumes?: { volumeName?: string; hostPath?: string; containerPath?: string; readOnly?: boolean }[];
  networksAdvanced?: { name: string }[];
  restart?: string;
  /** In MB of 1024 × 1024 bytes. */
  memory?: number;
}

/** What is read here of `docker inspect`. */
export interface Inspected {
  Id: string;
  /** With a slash before it. */
  Name: string;
  Created: string;
  /** The image's id. */
  Image: string;
  RestartCount: number;
  State: { Status: string; ExitCode: number; StartedAt: string; Health?: { Status: string } };
  Config: { Image: string; Env: string[] | null; Labels: Record<string, string> | null };
  HostConfig: {
    RestartPolicy: { Name: string };
    Memory: number;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, { NetworkID: string }> };
}

/** What an image gives its containers. */
export interface ImageConfig {
  Env?: string[] | null;
  Labels?: Record<string, string> | null;
}

/** Names that may be shown, to values that may be secret. */
type Traits = Map<string, string>;

/** In what a container is not what was asked for: "env LOG_LEVEL changed, port 80/tcp added". Never a value. */
export function differences(inputs: ContainerInputs, found: Inspected, image: ImageConfig = {}): string[] {
  const wanted = new Map([...imageTraits(image), ...inputTraits(inputs)]);
  const there = foundTraits(found);
  const lost = [...wanted].flatMap(([trait, value]) => {
    if (!there.has(trait)) return [`${trait} removed`];
    return there.get(trait) === value ? [] : [`${trait} changed`];
  });
  const added = [...there.keys()].filter((trait) => !wanted.has(trait)).map((trait) => `${trait} added`);
  return [...lost, ...added];
}

function imageTraits({ Env, Labels }: ImageConfig): Traits {
  return new Map([...variables(Env), ...labels(Object.entries(Labels ?? {}))]);
}

function inputTraits(inputs: ContainerInputs): Traits {
  const { envs, ports = [], volumes = [], networksAdvanced = [], memory = 0, restart = "no" } = inputs;
  return new Map([
    ["image", inputs.image ?? ""],
    ["restart policy", restart],
    ["memory limit", String(memory * 1024 * 1024)],
    ...variables(envs),
    ...labels((inputs.labels ?? []).map(({ label, value }) => [label, value])),
    ...networksAdvanced.map(({ name }) => network(name)),
    ...volumes.map(({ volumeName, hostPath, containerPath = "", readOnly }) =>
      mount(containerPath, volumeName ?? hostPath ?? "", !readOnly),
    ),
    ...ports.map(({ internal, external, ip = "0.0.0.0", protocol = "tcp" }) =>
      port(`${internal}/${protocol}`, ip, String(external ?? "")),
    ),
  ]);
}

function foundTraits({ Config, HostConfig, Mounts, NetworkSettings }: Inspected): Traits {
  // An anonymous volume is the image's own wish.
  const mounts = Mounts.filter(({ Type, Name = "" }) => Type !== "tmpfs" && !/^[0-9a-f]{64}$/.test(Name));
  return new Map([
    ["image", Config.Image],
    ["restart policy", HostConfig.RestartPolicy.Name],
    ["memory limit", String(HostConfig.Memory)],
    ...variables(Config.Env),
    ...labels(Object.entries(Config.Labels ?? {})),
    ...Object.keys(NetworkSettings.Networks).map(network),
    ...mounts.map(({ Name, Source, Destination, RW }) => mount(Destination, Name ?? Source, RW)),
    ...Object.entries(HostConfig.PortBindings ?? {}).flatMap(([inside, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => port(inside, HostIp || "0.0.0.0", HostPort)),
    ),
  ]);
}

type Trait = [name: string, value: string];

function variables(lines: readonly string[] | null | undefined): Trait[] {
  return (lines ?? []).map((line) => {
    const [name = "", ...value] = line.split("=");
    return [`env ${name}`, value.join("=")];
  });
}

function labels(entries: readonly (readonly [label: string, value: string])[]): Trait[] {
  return entries.map(([label, value]) => [`label ${label}`, value]);
}

function network(name: string): Trait {
  return [`network ${name}`, ""];
}

function mount(path: string, from: string, writable: boolean): Trait {
  return [`mount ${path}`, `${from} ${writable ? "rw" : "ro"}`];
}

function port(inside: string, ip: string, outside: string): Trait {
  // An engine has two for each port: IPv4 and IPv6 are one here.
  return [`port ${outside}:${inside}`, ip === "::" ? "0.0.0.0" : ip];
}
