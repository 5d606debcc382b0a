import { keysAt } from "../catalogue/schema-problems.ts";
import { FIELDS } from "../container/fields.ts";
import { reasonFor } from "./reasons.ts";

/** Keys of a Compose service that an import reads and that are not one key of the container's. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  container_name:
    "a container has its service's name; where the project mentions the other, that is an alias",
  deploy:
    "its parts are keys of a service: `replicas`, `restart`, `order`, `memory`, `memoryReservation`, `cpus`, `pidsLimit`, `gpus`; the rest is Swarm's",
  expose: "needless: services in a network reach all ports of each other",
  extends: "`docker compose config` has put it in; services.ts is TypeScript",
  label_file: "`docker compose config` has put it into `labels`",
  labels: "`labels`; Traefik's become `http`, where the edge has all that they say",
  links: "`dependsOn`, and an alias in `networks`",
  pid: '`pid`, where it is "host"; that of another service is not carried over',
  profiles: "needless: the lists of services.ts may be functions of the stack",
  pull_policy: "needless: what runs is the digest that `slipway lock` or the build has found",
  scale: "`replicas`",
  secrets: "`secretFiles`",
};

/**
 * All keys that a service of a Compose file can have.
 * Source: https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
 */
export const COMPOSE_KEYS: readonly string[] = (
  "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name " +
  "cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec " +
  "depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file " +
  "environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation " +
  "label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models " +
  "network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged " +
  "profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt shm_size " +
  "stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts " +
  "volumes volumes_from working_dir"
).split(" ");

/** Where a key of a Compose service is in services.ts, else why it is not. */
export function whereIs(key: string): { carried: boolean; text: string } {
  const { [key]: elsewhere } = ELSEWHERE;
  if (elsewhere !== undefined) return { carried: true, text: elsewhere };
  const same = key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (keysAt(["services", 0]).includes(same)) return { carried: true, text: `\`${same}\`` };
  const here = FIELDS.filter(({ compose }) => compose.includes(key)).flatMap(({ catalogue }) => catalogue);
  if (here.length) return { carried: true, text: [...new Set(here)].map((word) => `\`${word}\``).join(", ") };
  const { text, lost } = reasonFor(`services.x.${key}`);
  return { carried: !lost, text };
}
