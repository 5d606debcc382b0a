import type { Service } from "../catalogue/service.ts";
import { networkOwner } from "../rollout/network-places.ts";
import type { ContainerInputs } from "./fields/field.ts";
import { containerInputs } from "./fields.ts";
import { PORT_START } from "./trial.ts";

/** Stands for the value of each secret: no trial is given one. */
const PLACEHOLDER = "slipway-trial";

/**
 * The words of `docker create` that make a container as a service has it: all that decides what it may do and what it is
 * given, but for its host's devices, processes and network, files and the values of secrets. Volumes are empty ones.
 * @param services those whose network it may have
 */
export function trialWords(closed: Service, image: string, services: readonly Service[]): string[] {
  const inputs = containerInputs({
    ...{ project: "", stack: "", slot: "", host: "", entry: withPortStart(closed, services), image },
    secretLine: (variable) => `${variable}=${PLACEHOLDER}`,
    volumeName: (source) => source,
    networks: [],
  }) as ContainerInputs;
  const { entrypoints: [program, ...first] = [], command = [], capabilities } = inputs;
  const { tmpfs = {}, ulimits = [], sysctls = {} } = inputs;
  const each = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value]);
  const one = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
  const mib = (size: number | undefined) => size && (size < 0 ? "-1" : `${size}m`);
  return [
    ...one("--user", inputs.user),
    ...each("--group-add", inputs.groupAdds),
    ...one("--workdir", inputs.workingDir),
    ...one("--hostname", inputs.hostname),
    ...(inputs.tty ? ["--tty"] : []),
    ...(inputs.stdinOpen ? ["--interactive"] : []),
    ...(inputs.init ? ["--init"] : []),
    ...(inputs.readOnly ? ["--read-only"] : []),
    ...each("--env", inputs.envs),
    ...each("--cap-add", capabilities?.adds),
    ...each("--cap-drop", capabilities?.drops),
    ...each("--security-opt", inputs.securityOpts),
    ...each(
      "--tmpfs",
      Object.entries(tmpfs as Record<string, string>).map(([target, options]) =>
        options ? `${target}:${options}` : target,
      ),
    ),
    ...each(
      "--mount",
      (closed.volumes ?? []).map(({ target }) => `type=volume,target=${target}`),
    ),
    ...each(
      "--ulimit",
      ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`),
    ),
    ...each(
      "--sysctl",
      Object.entries(sysctls).map(([name, value]) => `${name}=${value}`),
    ),
    ...one("--memory", mib(inputs.memory) || undefined),
    ...one("--memory-swap", mib(inputs.memorySwap) || undefined),
    ...one("--shm-size", mib(inputs.shmSize) || undefined),
    ...one("--pids-limit", closed.pidsLimit === undefined ? undefined : String(closed.pidsLimit)),
    ...one("--entrypoint", program),
    ...[image, ...first, ...command],
  ];
}

/** With the first port that it may have as no root, where the host or another service decides on that. */
function withPortStart(closed: Service, services: readonly Service[]): Service {
  const owner = services.find(({ name }) => name === networkOwner(closed));
  const start = closed.networkMode === "host" ? 1024 : owner?.sysctls?.[PORT_START];
  return start === undefined ? closed : { ...closed, sysctls: { ...closed.sysctls, [PORT_START]: start } };
}
