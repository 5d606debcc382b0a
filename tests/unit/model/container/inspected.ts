import type { ContainerInputs } from "../../../../model/container/fields/field.ts";
import type { ImageConfig, Inspected } from "../../../../model/container/inspect.ts";

const mib = (count = 0) => count * 1024 * 1024;

/** As Docker 20.10 prints a container that the plugin has made of these inputs and an image; written by hand from it. */
export function inspect(inputs: ContainerInputs, image: ImageConfig): Inspected {
  const {
    healthcheck,
    capabilities,
    ports = [],
    volumes = [],
    mounts = [],
    networksAdvanced = [],
    hosts,
    logOpts,
    labels = [],
  } = inputs;
  const own = Object.fromEntries(labels.map(({ label, value }) => [label, value]));
  const check = healthcheck && {
    ...{ Test: healthcheck.tests ?? [], Interval: 30_000_000_000, Timeout: 5_000_000_000 },
    // What the own check leaves open comes from the image's.
    ...(image.Healthcheck && { Retries: 3 }),
  };
  return {
    ...{ Id: "0123456789abcdef", Name: "/web-1", Created: "", Image: "sha256:id", RestartCount: 0 },
    State: { Status: "running", ExitCode: 0, StartedAt: "" },
    Config: {
      Image: inputs.image ?? "",
      Env: [...(inputs.envs ?? []), ...(image.Env ?? [])],
      Labels: { ...image.Labels, ...own },
      Cmd: inputs.command ?? (inputs.entrypoints ? null : image.Cmd),
      Entrypoint: inputs.entrypoints ?? image.Entrypoint,
      User: inputs.user ?? image.User ?? "",
      WorkingDir: inputs.workingDir ?? image.WorkingDir ?? "",
      StopSignal: inputs.stopSignal ?? image.StopSignal ?? "",
      ...{
        Hostname: inputs.hostname ?? (inputs.networkMode ? "machine" : "0123456789ab"),
        Domainname: inputs.domainname ?? "",
      },
      ...{ Tty: inputs.tty ?? false, OpenStdin: inputs.stdinOpen ?? false },
      ...(inputs.stopTimeout !== undefined && { StopTimeout: inputs.stopTimeout }),
      Healthcheck: check ?? image.Healthcheck,
    },
    HostConfig: {
      RestartPolicy: { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 },
      NetworkMode: inputs.networkMode ?? "bridge",
      ...{ Dns: inputs.dns ?? [], DnsSearch: inputs.dnsSearches ?? [], DnsOptions: inputs.dnsOpts ?? [] },
      ...{ Memory: mib(inputs.memory), MemorySwap: mib(inputs.memorySwap) },
      ...{ MemoryReservation: mib(inputs.memoryReservation), ShmSize: mib(inputs.shmSize ?? 64) },
      ...{
        CpuPeriod: inputs.cpuPeriod ?? 0,
        CpuQuota: inputs.cpuQuota ?? 0,
        CpusetCpus: inputs.cpuSet ?? "",
        CpuShares: inputs.cpuShares ?? 0,
      },
      ...{ Privileged: inputs.privileged ?? false, GroupAdd: inputs.groupAdds ?? null, Runtime: "runc" },
      Ulimits:
        inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })) ?? null,
      Devices:
        inputs.devices?.map(({ hostPath, containerPath = "", permissions = "" }) => ({
          ...{ PathOnHost: hostPath, PathInContainer: containerPath, CgroupPermissions: permissions },
        })) ?? [],
      DeviceCgroupRules: inputs.deviceCgroupRules ?? null,
      DeviceRequests:
        inputs.deviceRequests?.map(({ driver = "", count = 0, deviceIds, capabilities: able = [] }) => ({
          ...{
            Driver: driver,
            Count: count,
            DeviceIDs: deviceIds ?? null,
            Capabilities: [able],
            Options: {},
          },
        })) ?? null,
      ...{ Init: inputs.init ?? null, Tmpfs: inputs.tmpfs ?? null, UsernsMode: inputs.usernsMode ?? "" },
      ...{ ReadonlyRootfs: inputs.readOnly ?? false, SecurityOpt: inputs.securityOpts ?? null },
      PortBindings: Object.fromEntries(
        ports.map(({ internal, external, protocol = "tcp" }) => [
          `${internal}/${protocol}`,
          ports
            .filter((port) => port.internal === internal && (port.protocol ?? "tcp") === protocol)
            .map(({ ip = "0.0.0.0" }) => ({ HostIp: ip, HostPort: String(external ?? 0) })),
        ]),
      ),
      LogConfig: { Type: inputs.logDriver ?? "", Config: logOpts ?? {} },
      ExtraHosts: hosts?.length ? hosts.map(({ host, ip }) => `${host}:${ip}`) : null,
      ...{ CapAdd: capabilities?.adds ?? null, CapDrop: capabilities?.drops ?? null },
      Sysctls: inputs.sysctls ?? null,
    },
    // The engine's paths have no slash at the end.
    Mounts: [
      ...volumes.map(({ volumeName, hostPath = "", containerPath = "", readOnly }) => ({
        ...(volumeName === undefined
          ? { Type: "bind", Source: hostPath.replace(/\/$/, ""), Propagation: "rprivate" }
          : { Type: "volume", Name: volumeName, Source: "/var/lib/docker", Propagation: "" }),
        ...{ Destination: containerPath.replace(/\/$/, ""), RW: !readOnly },
      })),
      ...mounts.map(({ type, source = "", target, readOnly, bindOptions }) => ({
        ...{ Type: type, Source: source, Destination: target, RW: !readOnly },
        Propagation: bindOptions?.propagation ?? "rprivate",
      })),
    ],
    NetworkSettings: {
      Networks: {
        ...(inputs.networkMode && {
          [inputs.networkMode]: { NetworkID: "n", Aliases: null, IPAMConfig: {} },
        }),
        ...Object.fromEntries(
          networksAdvanced.map(({ name, aliases = [], ipv4Address }) => [
            name,
            {
              NetworkID: "n",
              // The engine adds the id, and a host name of its own.
              Aliases: [...aliases, "0123456789ab", ...(inputs.hostname ? [inputs.hostname] : [])],
              IPAMConfig: ipv4Address ? { IPv4Address: ipv4Address } : {},
            },
          ]),
        ),
      },
    },
  };
}
