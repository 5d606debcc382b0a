/** The answer to a word: the key that stands for it at the same place, or a sentence that says what to do. */
type Answer = { key: string } | string;

const NONE = "Slipway has none";
const NOT_YET = "Slipway has none yet";
const OOM = "neither Pulumi's Docker plugin nor docker update can set it. A memory limit says who ends first";

/** Where the words stand (the keys on the way, without numbers), and for each answer the words it is given to. */
type Words = Readonly<Record<string, readonly (readonly [words: string, answer: Answer])[]>>;

/**
 * Words of Compose files, of Kamal's deploy.yml and of Kubernetes that mean something here, or that people will look
 * for. Those that are one of our keys in snake_case need no line. A word that becomes a key leaves the table.
 */
export const FOREIGN_WORDS: Words = {
  "": [
    ["configs", "Files belong to their service: configs: [{file, target}]"],
    ["accessories", 'Every container is an entry of "services"'],
    ["version include x-common", "services.ts is TypeScript: import, spread and compute what you need"],
  ],
  services: [
    ["env envs", { key: "environment" }],
    ["links external_links", { key: "uses" }],
    ["healthcheck health_check", { key: "health" }],
    ["scale", { key: "replicas" }],
    ["grace destroyGraceSeconds terminationGracePeriodSeconds", { key: "stopGracePeriod" }],
    ["cmd args", { key: "command" }],
    ["update_config strategy", { key: "order" }],
    ["service", { key: "name" }],
    ["container_name", "Containers are named after their service; others reach it by that name"],
    ["servers hosts placement", { key: "host" }],
    ["proxy ingress", { key: "http" }],
    ["domains", 'It stands inside "http": http: {port, domains}'],
    ["app_port port", "Set http: {port} for HTTP behind the edge, or ports for a port of the host"],
    ["builder", { key: "build" }],
    ["deploy_timeout", { key: "startTimeout" }],
    ["start_period", 'It stands inside "health": health: {command, startPeriod}'],
    ["drain", { key: "drainTimeout" }],
    ["readiness_delay minReadySeconds monitor", { key: "minReady" }],
    ["pre_start initContainers", { key: "preDeploy" }],
    ["post_start", { key: "postDeploy" }],
    ["mounts directories", { key: "volumes" }],
    ["envFrom env_files", { key: "envFile" }],
    ["restart_policy", { key: "restart" }],
    ["expose", "There is nothing to open: services that list this one in uses reach all of its ports"],
    ["deploy", "Its parts are keys of the service: replicas, order, startTimeout, minReady"],
    ["boot rolling_update", "There is nothing to set: replicas roll one after the other"],
    ["accessories", 'Every container is an entry of "services"'],
    ["registry", "It is a setting of the stack: pulumi config set registry …"],
    ["ssh", "Hosts and their users are a setting of the stack: pulumi config set hosts …"],
    ["platforms", "It is a setting of the stack: pulumi config set platforms …"],
    ["retain_containers", "It is a setting of the stack: pulumi config set keepReleases …"],
    ["pull_policy", "There is nothing to set: an image is pulled by digest, where the host has not got it"],
    ["log_driver log_opt logDriver logOpts", 'Use "logging": logging: {driver, options}'],
    ["profiles extends", "services.ts is TypeScript: spread and compute what you need"],
    ["files asset_path", { key: "configs" }],
    ["mem_limit memory_limit", { key: "memory" }],
    ["mem_reservation", { key: "memoryReservation" }],
    ["memswap_limit", { key: "memorySwap" }],
    ["cpu_quota cpu_count", { key: "cpus" }],
    ["cpu_period cpu_percent cpu_rt_runtime cpu_rt_period mem_swappiness blkio_config", NONE],
    ["resources limits", "Its parts are keys of the service: memory, memoryReservation, cpus, pidsLimit"],
    ["cpu_set cpuset_cpus", { key: "cpuset" }],
    ["pids", { key: "pidsLimit" }],
    ["securityContext", "Its parts are keys of the service: user, capAdd, privileged, readOnly"],
    ["oom_score_adj oomScoreAdj oom_kill_disable", `${NONE}: ${OOM}`],
    ["ipc uts cgroup cgroup_parent isolation storage_opt mac_address annotations", NONE],
    ["volumes_from", "Name one of the catalogue's volumes in both services"],
    ["cron schedule", `${NOT_YET}. Use the host's own scheduler`],
  ],
  "services/environment": [
    ["clear", "Plain values stand right in environment"],
    ["secret", 'Use "secrets" of the service: variable to the name of a secret'],
  ],
  "services/build": [
    ["dockerfile_inline inline", { key: "dockerfileInline" }],
    ["contexts additional_contexts", { key: "additionalContexts" }],
    ["path", { key: "context" }],
    ["stage", { key: "target" }],
    ["build_args buildArgs", { key: "args" }],
    ["from", { key: "base" }],
    ["platforms arch", "It is a setting of the stack: pulumi config set platforms …"],
    ["cache cache_from cache_to", "It is a setting of the stack: pulumi config set caches …"],
    ["remote local driver", "It is a setting of the stack: pulumi config set builder …"],
    ["tags", "Images are named by their content. For other names run: npx --no slipway tag"],
    [
      "labels",
      "Labels of an image follow from its content; description and version of the service are two of them",
    ],
    ["ssh network shm_size ulimits privileged entitlements isolation extra_hosts pull no_cache", NOT_YET],
    ["provenance sbom", NOT_YET],
  ],
  "services/http": [
    ["host hosts domain server_name", { key: "domains" }],
    ["app_port target containerPort", { key: "port" }],
    ["path_prefix path_prefixes", { key: "path" }],
    ["redirect redirects", { key: "redirectFrom" }],
    ["auth basic_auth", { key: "basicAuth" }],
    ["ssl tls https", "It is a setting of the stack: pulumi config set https acme"],
    ["healthcheck health", 'Use "health" of the service'],
    ["published", 'The edge publishes its own ports. For one of the service use "ports" of the service'],
    ["response_timeout strip_path_prefix forward_headers buffering logging", NOT_YET],
  ],
  "services/http/rateLimit": [
    ["rate rps", { key: "average" }],
    ["period", "average is requests a second"],
  ],
  "services/health": [
    ["test cmd exec", { key: "command" }],
    ["url httpGet", { key: "path" }],
    ["port", 'The path is requested on port "http.port" of the service'],
    ["disable", 'Write health: "none"'],
  ],
  "services/ports": [
    ["host hostPort", { key: "published" }],
    ["container containerPort", { key: "target" }],
    ["ip", { key: "hostIp" }],
    ["mode app_protocol name", NONE],
  ],
  "services/configs": [
    ["source", "A file of the project stands in file, a text in content"],
    ["environment", "services.ts is TypeScript: content: process.env.NAME"],
  ],
  "services/volumes": [
    ["name", { key: "source" }],
    ["path mountPath", { key: "target" }],
    ["read_only ro", { key: "readOnly" }],
    [
      "type",
      "There is nothing to set: a source that begins with / is a path of the host, any other a volume",
    ],
    ["bind", "Its parts are keys of the volume: createHostPath, propagation"],
    ["tmpfs", 'Use "tmpfs" of the service'],
    ["volume", "Its parts are keys of the mount: subpath, nocopy"],
    ["consistency image", NONE],
  ],
  "services/networks": [["mac_address priority gw_priority link_local_ips driver_opts", NONE]],
  volumes: [["source", { key: "name" }]],
  networks: [
    ["ipam", "Its parts are keys of the network: subnet, gateway, ipv6Subnet, ipv6Gateway"],
    ["attachable labels", NONE],
  ],
  "services/preDeploy": hook(),
  "services/postDeploy": hook(),
};

function hook(): Words[string] {
  return [
    ["cmd run script", { key: "command" }],
    ["within", { key: "timeout" }],
    ["environment env user working_dir", "There is nothing to set: it has all that the service has"],
  ];
}

/**
 * What to do about a key that the schema does not know.
 * @param place the keys on the way to it, without numbers and names of entries: "services/ports"
 * @param known the keys that the schema has there
 */
export function adviceOn(key: string, place: string, known: readonly string[]): string | undefined {
  const answer = FOREIGN_WORDS[place.replace(/^bases/, "services")]?.find(([words]) =>
    words.split(" ").includes(key),
  )?.[1];
  if (typeof answer === "string") return answer;
  const use = answer?.key ?? camelCase(key);
  if (known.includes(use)) return `Use "${use}"`;
  const similar = known.find((each) => isMisspelt(key, each));
  return similar && `Did you mean "${similar}"?`;
}

function camelCase(key: string): string {
  return key.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether one letter too many, too few or wrong, or two of them exchanged, make one text of the other, whatever the case. */
function isMisspelt(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const start = Array.from(a).findIndex((letter, index) => letter !== b[index]);
  if (start < 0) return b.length - a.length <= 1;
  const same = (skipA: number, skipB: number) => a.slice(start + skipA) === b.slice(start + skipB);
  const exchanged = a[start] === b[start + 1] && a[start + 1] === b[start] && same(2, 2);
  return exchanged || same(1, 1) || same(1, 0) || same(0, 1);
}
