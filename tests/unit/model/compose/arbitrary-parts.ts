import fc, { type Arbitrary } from "fast-check";

/** Parts of random projects, of every key that the Compose specification has. */

export const word = fc.constantFrom("alpha", "beta", "gamma");
export const path = fc.constantFrom("/data", "/srv/files", "/etc/app.ini");
export const bytes = fc.integer({ min: 1, max: 64 }).map((count) => String(count * 2 ** 20));
export const duration = fc.constantFrom("5s", "1m30s", "2m0s", "500ms");
export const flag = fc.constant(true);
export const number = fc.integer({ min: 1, max: 900 });
export const record = (value: Arbitrary<unknown>) => fc.dictionary(word, value, { minKeys: 1, maxKeys: 2 });
export const list = (value: Arbitrary<unknown>) =>
  fc.uniqueArray(value, { minLength: 1, maxLength: 2, selector: (each) => JSON.stringify(each) });
export const some = (shape: Record<string, Arbitrary<unknown>>, ...needed: string[]) =>
  fc.record(shape, { requiredKeys: needed });

export const devices = list(
  some({
    driver: word,
    count: number,
    device_ids: list(word),
    capabilities: list(word),
    options: record(word),
  }),
);
export const fileUse = some(
  { source: word, target: path, uid: fc.constant("33"), gid: fc.constant("44"), mode: fc.constant("0440") },
  "source",
);
export const command = list(word);
export const hook = list(
  some({ command, user: word, privileged: flag, working_dir: path, environment: record(word) }),
);

export const mount = fc.oneof(
  some(
    {
      type: fc.constant("volume"),
      source: word,
      target: path,
      read_only: flag,
      consistency: word,
      volume: some({ nocopy: flag, subpath: word, labels: record(word) }),
    },
    "type",
    "target",
  ),
  some(
    {
      type: fc.constant("bind"),
      source: fc.constantFrom(
        "/stack/data",
        "/stack/a.conf",
        "/stack/b.bin",
        "/etc/hosts",
        "/var/run/docker.sock",
      ),
      target: path,
      read_only: flag,
      bind: some({
        propagation: fc.constant("rslave"),
        create_host_path: fc.constant(false),
        selinux: fc.constant("z"),
        recursive: word,
      }),
    },
    "type",
    "source",
    "target",
  ),
  some(
    { type: fc.constant("tmpfs"), target: path, tmpfs: some({ size: bytes, mode: fc.constant(511) }) },
    "type",
    "target",
  ),
  some(
    {
      type: fc.constantFrom("image", "npipe", "cluster"),
      source: word,
      target: path,
      image: some({ subpath: word }),
    },
    "type",
    "source",
    "target",
  ),
);

export const deploy = some({
  mode: fc.constant("global"),
  endpoint_mode: word,
  replicas: fc.integer({ min: 2, max: 9 }),
  labels: record(word),
  placement: some({
    constraints: list(word),
    preferences: list(record(word)),
    max_replicas_per_node: number,
  }),
  update_config: some({
    parallelism: number,
    delay: duration,
    failure_action: word,
    monitor: duration,
    max_failure_ratio: number,
    order: fc.constant("start-first"),
  }),
  rollback_config: some({
    parallelism: number,
    delay: duration,
    failure_action: word,
    monitor: duration,
    max_failure_ratio: number,
    order: word,
  }),
  restart_policy: some({
    condition: fc.constantFrom("any", "none", "on-failure"),
    delay: duration,
    max_attempts: number,
    window: duration,
  }),
  resources: some({
    limits: some({ cpus: number, memory: bytes, pids: number, generic_resources: list(record(word)) }),
    reservations: some({ cpus: number, memory: bytes, devices, generic_resources: list(record(word)) }),
  }),
});

export const build = some(
  {
    context: fc.constantFrom("/stack/app", "https://example.com/repository.git"),
    dockerfile: word,
    dockerfile_inline: word,
    args: record(fc.option(word)),
    target: word,
    additional_contexts: record(fc.constantFrom("/stack/more", "service:alpha")),
    secrets: list(fileUse),
    ...Object.fromEntries(["labels", "ssh"].map((key) => [key, record(word)])),
    ...Object.fromEntries(
      ["cache_from", "cache_to", "platforms", "tags", "entitlements", "extra_hosts"].map((key) => [
        key,
        list(word),
      ]),
    ),
    ...Object.fromEntries(["network", "isolation", "provenance", "sbom"].map((key) => [key, word])),
    ...Object.fromEntries(["pull", "no_cache", "privileged"].map((key) => [key, flag])),
    shm_size: bytes,
    ulimits: record(number),
  },
  "context",
);
