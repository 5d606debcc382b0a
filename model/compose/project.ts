/** What `docker compose config --format json` prints of a project, as far as an import knows its words. */
export interface ComposeProject {
  name: string;
  services?: Record<string, ComposeService>;
  networks?: Record<string, ComposeNetwork | null>;
  volumes?: Record<string, ComposeVolume | null>;
  secrets?: Record<string, ComposeFile | null>;
  configs?: Record<string, ComposeFile | null>;
}

/** A service; of the keys that mean the same here under another name only those that are looked into. */
export interface ComposeService {
  build?: ComposeBuild;
  cap_add?: string[];
  cap_drop?: string[];
  command?: string[] | null;
  configs?: ComposeFileUse[];
  container_name?: string;
  cpus?: number | string;
  depends_on?: Record<string, { condition: string; restart?: boolean; required?: boolean }>;
  deploy?: ComposeDeploy;
  devices?: { source: string; target?: string; permissions?: string }[];
  entrypoint?: string[] | null;
  environment?: Record<string, string | null>;
  expose?: string[];
  extra_hosts?: string[];
  gpus?: ComposeDevices[];
  healthcheck?: ComposeHealth;
  hostname?: string;
  image?: string;
  init?: boolean;
  labels?: Record<string, string>;
  links?: string[];
  logging?: { driver?: string; options?: Record<string, string> };
  mem_limit?: string | number;
  mem_reservation?: string | number;
  memswap_limit?: string | number;
  network_mode?: string;
  networks?: Record<string, ComposePlace | null>;
  pid?: string;
  userns_mode?: string;
  pids_limit?: number;
  platform?: string;
  ports?: ComposePort[];
  pull_policy?: string;
  profiles?: string[];
  restart?: string;
  scale?: number;
  secrets?: ComposeFileUse[];
  shm_size?: string | number;
  stop_grace_period?: string;
  sysctls?: Record<string, string | number>;
  tmpfs?: string[];
  ulimits?: Record<string, number | { single?: number; soft?: number; hard?: number }>;
  volumes?: ComposeMount[];
}

export interface ComposeBuild {
  context?: string;
  dockerfile?: string;
  dockerfile_inline?: string;
  args?: Record<string, string | null>;
  target?: string;
  additional_contexts?: Record<string, string>;
  secrets?: ComposeFileUse[];
}

export interface ComposeDeploy {
  mode?: string;
  replicas?: number;
  labels?: Record<string, string>;
  update_config?: { order?: string };
  resources?: {
    limits?: { cpus?: string | number; memory?: string | number; pids?: number };
    reservations?: { memory?: string | number; devices?: ComposeDevices[] };
  };
  restart_policy?: { condition?: string; max_attempts?: number };
}

export interface ComposeDevices {
  driver?: string;
  count?: number;
  device_ids?: string[];
  capabilities?: string[];
  options?: Record<string, string>;
}

export interface ComposeHealth {
  test?: string[];
  disable?: boolean;
  interval?: string;
  timeout?: string;
  retries?: number;
  start_period?: string;
  start_interval?: string;
}

/** A service's place in a network. */
export interface ComposePlace {
  aliases?: string[];
  ipv4_address?: string;
  ipv6_address?: string;
}

export interface ComposePort {
  target: number;
  published?: string;
  host_ip?: string;
  protocol?: string;
  mode?: string;
}

export interface ComposeMount {
  type: string;
  source?: string;
  target: string;
  read_only?: boolean;
  bind?: { create_host_path?: boolean; propagation?: string };
  tmpfs?: { size?: string | number; mode?: string | number };
  volume?: { subpath?: string; nocopy?: boolean };
}

/** A secret or a config as a service has it. */
export interface ComposeFileUse {
  source: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: string | number;
}

/** A secret or a config of the project. */
export interface ComposeFile {
  name?: string;
  file?: string;
  content?: string;
  environment?: string;
  external?: boolean;
}

export interface ComposeNetwork {
  name?: string;
  external?: boolean;
  internal?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
  enable_ipv6?: boolean;
  ipam?: { driver?: string; config?: ComposeRange[] };
}

export interface ComposeRange {
  subnet?: string;
  gateway?: string;
}

export interface ComposeVolume {
  name?: string;
  external?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
  labels?: Record<string, string>;
}
