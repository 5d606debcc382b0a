/** What is read here of `docker inspect`, the same for engines 20.10 to 29. */
export interface Inspected {
  Id: string;
  /** With a slash before it. */
  Name: string;
  Created: string;
  /** The image's id. */
  Image: string;
  RestartCount: number;
  /** Error is why the last start failed. */
  State: { Status: string; ExitCode: number; StartedAt: string; Error?: string; Health?: { Status: string } };
  Config: ImageConfig & {
    /** What it was made of, `repository@sha256:…`. */
    Image: string;
    /** The short form of its id where none was given. */
    Hostname?: string;
    Domainname?: string;
    Tty?: boolean;
    OpenStdin?: boolean;
    /** In seconds. */
    StopTimeout?: number;
  };
  HostConfig: {
    RestartPolicy: { Name: string; MaximumRetryCount?: number };
    /** "host", "none", "container:<id>", or whatever the engine calls its own networks. */
    NetworkMode?: string;
    Dns?: string[] | null;
    DnsSearch?: string[] | null;
    DnsOptions?: string[] | null;
    /** In bytes, 0 without a limit. */
    Memory: number;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Init?: boolean | null;
    LogConfig?: { Type: string; Config: Record<string, string> | null };
    /** Each `name:address`. */
    ExtraHosts?: string[] | null;
    CapAdd?: string[] | null;
    CapDrop?: string[] | null;
    Sysctls?: Record<string, string> | null;
    ReadonlyRootfs?: boolean;
    SecurityOpt?: string[] | null;
    Tmpfs?: Record<string, string> | null;
    CpuPeriod?: number;
    CpuQuota?: number;
    CpusetCpus?: string;
    CpuShares?: number;
    /** In bytes, 0 without one. */
    MemoryReservation?: number;
    /** In bytes, with the memory; 0 without a limit of memory, -1 for no limit or where the kernel keeps none. */
    MemorySwap?: number;
    /** 0, -1 or nothing without one. */
    PidsLimit?: number | null;
    Ulimits?: { Name: string; Soft: number; Hard: number }[] | null;
    /** In bytes. */
    ShmSize?: number;
    Privileged?: boolean;
    GroupAdd?: string[] | null;
    PidMode?: string;
    UsernsMode?: string;
    Runtime?: string;
    Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
    DeviceCgroupRules?: string[] | null;
    DeviceRequests?: InspectedDeviceRequest[] | null;
  };
  Mounts: {
    Type: string;
    Name?: string;
    Source: string;
    Destination: string;
    RW: boolean;
    Propagation?: string;
  }[];
  NetworkSettings: { Networks: Record<string, InspectedNetwork> };
}

/** Devices that a driver chooses, as GPUs. */
export interface InspectedDeviceRequest {
  Driver?: string;
  /** -1 for all. */
  Count?: number;
  DeviceIDs?: string[] | null;
  Capabilities?: string[][] | null;
  Options?: Record<string, string> | null;
}

/** A container's place in a network. */
export interface InspectedNetwork {
  NetworkID: string;
  /** Until engine 25 with the short form of the container's id. */
  Aliases?: string[] | null;
  /** The address it was given, not the one it happens to have. */
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string } | null;
}

/** What an image gives its containers, and what of it `docker inspect` shows of a container. */
export interface ImageConfig {
  Env?: string[] | null;
  Labels?: Record<string, string> | null;
  Cmd?: string[] | null;
  Entrypoint?: string[] | null;
  User?: string;
  WorkingDir?: string;
  StopSignal?: string;
  Healthcheck?: Healthcheck | null;
}

/** Times in nanoseconds; what is 0 or missing has the engine's default. */
export interface Healthcheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  /** Engines from 25 on. */
  StartInterval?: number;
  Retries?: number;
}
