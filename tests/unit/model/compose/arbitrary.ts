import fc, { type Arbitrary } from "fast-check";
import type { ComposeProject } from "../../../../model/compose/project.ts";
import {
  build,
  bytes,
  command,
  deploy,
  devices,
  duration,
  fileUse,
  flag,
  hook,
  list,
  mount,
  number,
  path,
  record,
  some,
  word,
} from "./arbitrary-parts.ts";

const traefik = fc.constantFrom(
  {
    "traefik.enable": "true",
    "traefik.http.routers.a.rule": "Host(`a.example.com`)",
    "traefik.http.services.a.loadbalancer.server.port": "80",
  },
  { "traefik.http.routers.b.rule": "HostRegexp(`.+`)", "traefik.http.routers.b.entrypoints": "web" },
  { "com.example.note": "kept" },
);

/** Every key of a service. */
export const SERVICE: Record<string, Arbitrary<unknown>> = {
  image: fc.constantFrom("nginx:1.27", "postgres:17"),
  ...Object.fromEntries(
    [
      "user",
      "domainname",
      "working_dir",
      "runtime",
      "cpuset",
      "container_name",
      "ipc",
      "cgroup",
      "cgroup_parent",
      "isolation",
      "mac_address",
      "userns_mode",
      "uts",
      "pull_policy",
      "pull_refresh_after",
      "platform",
      "stop_signal",
      "hostname",
    ].map((key) => [key, word]),
  ),
  ...Object.fromEntries(
    [
      "cap_add",
      "cap_drop",
      "device_cgroup_rules",
      "dns",
      "dns_opt",
      "dns_search",
      "expose",
      "external_links",
      "group_add",
      "label_file",
      "profiles",
      "security_opt",
      "volumes_from",
    ].map((key) => [key, list(word)]),
  ),
  ...Object.fromEntries(
    ["privileged", "read_only", "stdin_open", "tty", "init", "oom_kill_disable", "use_api_socket"].map(
      (key) => [key, flag],
    ),
  ),
  ...Object.fromEntries(
    [
      "cpu_count",
      "cpu_percent",
      "cpu_period",
      "cpu_quota",
      "cpu_rt_period",
      "cpu_rt_runtime",
      "cpu_shares",
      "cpus",
      "mem_swappiness",
      "oom_score_adj",
      "pids_limit",
    ].map((key) => [key, number]),
  ),
  ...Object.fromEntries(
    ["mem_limit", "mem_reservation", "memswap_limit", "shm_size"].map((key) => [key, bytes]),
  ),
  ...Object.fromEntries(
    ["annotations", "storage_opt", "sysctls", "environment"].map((key) => [key, record(word)]),
  ),
  attach: fc.constant(false),
  blkio_config: some({
    weight: number,
    weight_device: list(record(word)),
    device_read_bps: list(record(word)),
  }),
  build,
  command,
  entrypoint: command,
  configs: list(fileUse),
  secrets: list(fileUse),
  credential_spec: record(word),
  depends_on: fc.dictionary(
    fc.constant("gamma"),
    some(
      {
        condition: fc.constantFrom("service_started", "service_healthy", "service_completed_successfully"),
        restart: flag,
        required: fc.constant(false),
      },
      "condition",
    ),
    { minKeys: 1 },
  ),
  deploy,
  develop: some({ watch: list(record(word)) }),
  devices: list(
    some(
      {
        source: fc.constantFrom("/dev/dri", "vendor.com/device=one"),
        target: path,
        permissions: fc.constant("rw"),
      },
      "source",
    ),
  ),
  extra_hosts: list(fc.constantFrom("alpha=192.0.2.1", "beta=host-gateway")),
  gpus: devices,
  healthcheck: some({
    test: fc.constantFrom(["CMD", "true"], ["CMD-SHELL", "true"], ["NONE"]),
    interval: duration,
    timeout: duration,
    retries: number,
    start_period: duration,
    start_interval: duration,
  }),
  labels: traefik,
  links: list(fc.constantFrom("alpha", "beta:other")),
  logging: some({ driver: fc.constantFrom("journald", "json-file"), options: record(word) }),
  models: record(some({ endpoint_var: word, model_var: word })),
  network_mode: fc.constantFrom("host", "none", "bridge", "service:alpha", "container:foreign"),
  networks: record(
    fc.option(
      some({
        aliases: list(word),
        ipv4_address: word,
        ipv6_address: word,
        link_local_ips: list(word),
        mac_address: word,
        priority: number,
        gw_priority: number,
        interface_name: word,
        driver_opts: record(word),
      }),
    ),
  ),
  pid: fc.constantFrom("host", "service:alpha", "container:foreign"),
  ports: list(
    some(
      {
        target: number,
        published: fc.constantFrom("8080", "8000-8010"),
        protocol: fc.constantFrom("tcp", "udp"),
        host_ip: fc.constant("127.0.0.1"),
        name: word,
        app_protocol: word,
      },
      "target",
      "protocol",
    ),
  ),
  post_start: hook,
  pre_stop: hook,
  provider: some({ type: word, options: record(word) }),
  restart: fc.constantFrom("always", "no", "on-failure", "on-failure:3", "unless-stopped"),
  scale: fc.integer({ min: 2, max: 9 }),
  stop_grace_period: duration,
  tmpfs: list(fc.constantFrom("/run", "/tmp:size=64m,mode=755", "/cache:uid=7")),
  ulimits: record(fc.oneof(number, some({ soft: number, hard: number }, "soft", "hard"))),
  volumes: list(mount),
  "x-own": word,
};

/** Compose refuses these beside the like in `deploy` with another value. */
const SAME_AS_DEPLOY = ["scale", "cpus", "mem_limit", "mem_reservation", "pids_limit", "restart"];

/** A few keys at a time, so that each of them meets each other sooner or later. */
const service = fc
  .subarray(Object.keys(SERVICE), { minLength: 1, maxLength: 7 })
  .map((keys) => keys.filter((key) => !keys.includes("deploy") || !SAME_AS_DEPLOY.includes(key)))
  .chain((keys) =>
    fc.record(Object.fromEntries(["image", ...keys].map((key) => [key, SERVICE[key] ?? word]))),
  );

const file = fc.oneof(
  some(
    { name: word, file: fc.constant("/stack/a.conf"), labels: record(word), template_driver: word },
    "file",
  ),
  some({ name: word, content: word }, "content"),
  some({ environment: word }, "environment"),
  some({ name: word, external: flag }, "external"),
);

/** Projects as `docker compose config` prints them. */
export const project = some(
  {
    name: fc.constant("stack"),
    services: record(service),
    networks: record(
      fc.oneof(
        some({ name: word, external: flag }, "external"),
        fc.option(
          some({
            name: word,
            internal: flag,
            driver: fc.constantFrom("bridge", "macvlan"),
            driver_opts: record(word),
            attachable: flag,
            enable_ipv4: fc.constant(false),
            enable_ipv6: flag,
            labels: record(word),
            ipam: some({
              driver: word,
              options: record(word),
              config: list(
                some({ subnet: word, gateway: word, ip_range: word, aux_addresses: record(word) }),
              ),
            }),
          }),
        ),
      ),
    ),
    volumes: record(
      fc.oneof(
        some({ name: word, external: flag }, "external"),
        fc.option(
          some({
            name: word,
            driver: fc.constantFrom("local", "sshfs"),
            driver_opts: record(word),
            labels: record(word),
          }),
        ),
      ),
    ),
    secrets: record(file.filter((each) => !("content" in (each as object)))),
    configs: record(file),
    models: record(some({ model: word, context_size: number, runtime_flags: list(word) })),
    "x-top": word,
  },
  "name",
  "services",
) as unknown as Arbitrary<ComposeProject>;
