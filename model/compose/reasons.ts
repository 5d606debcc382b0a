import type { Why } from "./section.ts";

/** Why a key that no mapping has asked for is not carried over, by the end of its place; the first that fits counts. */
const REASONS: readonly (readonly [place: RegExp, text: string])[] = [
  [
    /^services\.[^.]+\.ipc$/,
    "Slipway has no word for it: shared memory belongs to one container. shm_size is carried over",
  ],
  [
    /^services\.[^.]+\.(networks\.[^.]+\.)?mac_address$/,
    "Slipway has no word for it: the engine gives addresses of hardware",
  ],
  [/^services\.[^.]+\.cgroup(_parent)?$/, "Slipway has no word for it. Use memory, cpus and pidsLimit"],
  [/^services\.[^.]+\.volumes_from$/, "Slipway has no word for it. Write the volumes to both services"],
  [
    /^services\.[^.]+\.oom_(score_adj|kill_disable)$/,
    "Slipway has no word for it: neither Pulumi's Docker plugin nor docker update can set it. A memory limit says who ends first",
  ],
  [
    /^services\.[^.]+\.(post_start|pre_stop)$/,
    "Slipway has no word for it. postDeploy runs in the new container once it serves",
  ],
  [
    /^services\.[^.]+\.external_links$/,
    "Slipway has no word for it. Join a network that both are in, with external",
  ],
  [/^services\.[^.]+\.models$|^models$/, "Slipway runs no models. Run the one that serves it as a service"],
  [/^services\.[^.]+\.(cpu_\w+)$/, "Slipway has no word for it. Use cpus, cpuShares or cpuset"],
  [/\.build\.labels$/, "labels of an image follow from its content: description and version are two of them"],
  [
    /\.build\.(provenance|sbom|pull|no_cache)$/,
    "is the same for all builds here, so that same sources give the same digest",
  ],
  [/^networks\.[^.]+\.enable_ipv4$/, "IPv4 is on in every network here"],
  [
    /\.(link_local_ips|priority|gw_priority|interface_name)$/,
    "Slipway has no word for it: the engine decides",
  ],
];

/** Keys that change no container that `docker compose up` makes, or that are there in another way. */
const WITHOUT_EFFECT: readonly (readonly [place: RegExp, text: string])[] = [
  [/\.build\.platforms$/, "is a setting of the stack: pulumi config set platforms …"],
  [/\.build\.cache_(from|to)$/, "is a setting of the stack: pulumi config set caches …"],
  [/\.build\.tags$/, "images are named by their content. For other names run: npx --no slipway tag"],
  [/(^|\.)x-[^.]*$/, "has no effect in Compose either"],
  [/^services\.[^.]+\.(attach|develop)$/, "is for docker compose on the developer's machine"],
  [
    /^services\.[^.]+\.pull_refresh_after$/,
    "has no effect: what runs is the digest that slipway lock has found",
  ],
  [
    /\.volumes\.[^.]+\.bind\.selinux$/,
    "has an effect where the host has SELinux only: give its folders the label yourself there, chcon -Rt container_file_t",
  ],
  [/\.volumes\.[^.]+\.consistency$/, "has no effect on Linux"],
  [/\.ports\.[^.]+\.(name|app_protocol)$/, "only describes the port"],
  [
    /\.deploy\.(update_config|rollback_config)(\.\w+)?$/,
    "is Swarm's: here replicas roll one after the other, and the old one stays when a new one fails",
  ],
  [/\.deploy\.(placement(\.\w+)?|endpoint_mode)$/, "is Swarm's; where a service runs, its host says here"],
  [/\.deploy\.restart_policy\.\w+$/, "is Swarm's"],
  [/\.deploy\.resources\.reservations\.cpus$/, "is Swarm's: Compose reserves no CPUs"],
  [/^networks\.[^.]+\.attachable$/, "is Swarm's"],
];

export const reasonFor: Why = (place) => {
  const find = (list: typeof REASONS) => list.find(([pattern]) => pattern.test(place))?.[1];
  const harmless = find(WITHOUT_EFFECT);
  if (harmless !== undefined) return { text: harmless, lost: false };
  return { text: find(REASONS) ?? "Slipway has no word for it", lost: true };
};
