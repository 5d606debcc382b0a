import type { Service } from "../catalogue/service.ts";
import type { Mapping } from "./context.ts";
import type { ComposeDevices, ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined, formatBytes, formatDuration, goSeconds, some } from "./words.ts";

/** What the engine lets a container do, and does with it. */
export const engine: Mapping = (service) =>
  defined<Partial<Service>>({
    init: initOf(service),
    capAdd: capabilities(service.take("cap_add")),
    capDrop: capabilities(service.take("cap_drop")),
    pid: pidOf(service),
    usernsMode: usernsModeOf(service),
    stopGracePeriod: durationOf(service.take("stop_grace_period")),
    logging: loggingOf(service),
    ...limits(service),
    ulimits: ulimitsOf(service),
    devices: devicesOf(service),
    gpus: gpusOf(service),
  });

export function durationOf(duration: string | undefined): ReturnType<typeof formatDuration> | undefined {
  return duration === undefined ? undefined : formatDuration(goSeconds(duration));
}

/** Off unless it says so, in Compose; here that is so for stock images only. */
function initOf(service: Section<ComposeService>): boolean | undefined {
  const wanted = service.take("init") ?? false;
  return wanted === Boolean(service.value.build) ? undefined : wanted;
}

/** Docker takes them in any case: "all". */
function capabilities(names: readonly string[] | undefined): string[] | undefined {
  return some(names?.map((name) => name.toUpperCase()));
}

function pidOf(service: Section<ComposeService>): "host" | undefined {
  const pid = service.take("pid");
  if (pid === undefined || pid === "host") return pid;
  service.lose("pid", `shares the processes of another container, which Slipway cannot, got "${pid}"`);
  return undefined;
}

function usernsModeOf(service: Section<ComposeService>): "host" | undefined {
  const mode = service.take("userns_mode");
  if (mode === undefined || mode === "host") return mode;
  service.lose("userns_mode", `is one that the engine has not, got "${mode}"; it has "host"`);
  return undefined;
}

const LOGGING = { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } };

function loggingOf(service: Section<ComposeService>): Service["logging"] {
  const logging = service.section("logging");
  if (!logging) return undefined;
  const options = logging.take("options");
  const made = defined({ driver: logging.take("driver") ?? "json-file", options });
  const sorted = { ...made, options: Object.fromEntries(Object.entries(options ?? {}).sort()) };
  return JSON.stringify(sorted) === JSON.stringify(LOGGING) ? undefined : made;
}

function limits(service: Section<ComposeService>): Partial<Service> {
  const resources = service.section("deploy")?.section("resources");
  const most = resources?.section("limits");
  const least = resources?.section("reservations");
  const swap = service.take("memswap_limit");
  const cpus = first(service.take("cpus"), most?.take("cpus"));
  return {
    memory: bytes(first(service.take("mem_limit"), most?.take("memory"))),
    memoryReservation: bytes(first(service.take("mem_reservation"), least?.take("memory"))),
    memorySwap: Number(swap) === -1 ? "unlimited" : bytes(swap),
    cpus: cpus === undefined ? undefined : Number(cpus),
    pidsLimit: first(service.take("pids_limit"), most?.take("pids")),
    shmSize: bytes(service.take("shm_size")),
  };
}

/** Compose takes the first where both are set. */
function first<T>(one: T | undefined, other: T | undefined): T | undefined {
  return one ?? other;
}

function bytes(count: string | number | undefined) {
  return count === undefined ? undefined : formatBytes(Number(count));
}

function ulimitsOf(service: Section<ComposeService>): Service["ulimits"] {
  const limits = Object.entries(service.take("ulimits") ?? {}).map(([name, limit]) => {
    if (typeof limit === "number") return [name, limit] as const;
    const { single, soft = 0, hard = 0 } = limit;
    return [name, single ?? { soft, hard }] as const;
  });
  return limits.length ? Object.fromEntries(limits) : undefined;
}

function devicesOf(service: Section<ComposeService>): Service["devices"] {
  const devices = service.sections("devices").flatMap(([, device]) => {
    const source = device.take("source");
    const target = device.take("target");
    const permissions = device.take("permissions");
    if (!source.startsWith("/")) {
      device.lose("", `is no path of the host, got "${source}"`);
      return [];
    }
    return defined({
      source,
      target: target === source ? undefined : target,
      permissions: permissions === "rwm" ? undefined : permissions,
    });
  });
  return some(devices);
}

type Gpus = NonNullable<Service["gpus"]>;

/** In `gpus`, or in Swarm's way. Of several requests the first is carried over. */
function gpusOf(service: Section<ComposeService>): Gpus | undefined {
  const reserved =
    service.section("deploy")?.section("resources")?.section("reservations")?.sections("devices") ?? [];
  const [request, ...others] = [...service.sections("gpus"), ...reserved].map(([, each]) => each);
  for (const other of others) other.lose("", "is a second request for devices; one service has one here");
  return request && gpu(request);
}

function gpu(request: Section<ComposeDevices>): Gpus {
  const driver = request.take("driver");
  const count = request.take("count");
  const capabilities = request.take("capabilities");
  const more = defined({
    driver: driver === "nvidia" ? undefined : driver,
    deviceIds: some(request.take("device_ids")),
    capabilities: isPlainGpu(capabilities) ? undefined : capabilities,
    options: request.take("options"),
  });
  if (!Object.keys(more).length) return count === undefined || count === -1 ? "all" : count;
  return defined({ ...more, count: count === -1 ? undefined : count });
}

function isPlainGpu(capabilities: readonly string[] | undefined): boolean {
  return !capabilities || (capabilities.length === 1 && capabilities[0] === "gpu");
}
