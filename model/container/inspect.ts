/** What is read here of `docker inspect`, the same for engines 20.10 to 29. */
export interface Inspected {
  Id: string;
  /** With a slash before it. */
  Name: string;
  Created: string;
  /** The image's id. */
  Image: string;
  RestartCount: number;
  State: { Status: string; ExitCode: number; StartedAt: string; Health?: { Status: string } };
  Config: ImageConfig & { /** What it was made of, `repository@sha256:…`. */ Image: string };
  HostConfig: {
    RestartPolicy: { Name: string };
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
    CpuQuota?: number;
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, InspectedNetwork> };
}

/** A container's place in a network. */
export interface InspectedNetwork {
  NetworkID: string;
  /** Until engine 25 with the short form of the container's id. */
  Aliases?: string[] | null;
  /** The address it was given, not the one it happens to have. */
  IPAMConfig?: { IPv4Address?: string } | null;
}

/** What an image gives its containers, and what of it `docker inspect` shows of a container. */
export interface ImageConfig {
  Env?: string[] | null;
  Labels?: Record<string, string> | null;
  Cmd?: string[] | null;
  Entrypoint?: string[] | null;
  User?: string;
  Healthcheck?: Healthcheck | null;
}

/** Times in nanoseconds; what is 0 or missing has the engine's default. */
export interface Healthcheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}
