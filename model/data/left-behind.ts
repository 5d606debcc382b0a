import type { Catalogue, Service } from "../catalogue/service.ts";
import { type Volume, isHostPath } from "../catalogue/volumes.ts";
import { type HostAddress, isSameMachine } from "../host/address.ts";
import { hostOf } from "../rollout/placement.ts";
import { ownVolumes } from "../rollout/shared.ts";
import { parseState, type ServiceState } from "../state/parse.ts";
import type { StateResource } from "../state/resources.ts";

/**
 * Data that an update would leave behind without a word: of a service that moves to another machine, of a volume under
 * another name, of a service under another name. A volume that only leaves is none: nothing begins empty in its place.
 * @param hosts the stack's, the default one first
 * @param previousState what the last update left
 * @returns a problem for each such volume that services.ts does not say of what becomes of it
 */
export function dataLeftBehind(
  { services, volumes: shared }: Pick<Catalogue, "services" | "volumes">,
  hosts: readonly HostAddress[],
  previousState: readonly StateResource[],
): string[] {
  const previous = parseState(previousState).services;
  const names = hosts.map(({ name }) => name);
  const taken = new Set(
    services.flatMap(({ name, volumes = [] }) =>
      volumes.flatMap(({ from }) =>
        from === undefined ? [] : [from.includes("/") ? from : `${name}/${from}`],
      ),
    ),
  );
  return [...previous].flatMap(([name, was]) => {
    const service = services.find((entry) => entry.name === name);
    const [former] = was.hosts;
    const kept = was.volumes.filter(
      ({ source, id, leaving }) => id && !leaving && !taken.has(`${name}/${source}`),
    );
    const leave = (volumes: typeof kept, next: Service, problem: (source: string) => string) =>
      volumes.flatMap(({ source, id = "" }) => {
        const place = `${former?.name ?? hostOf(was.entry, names)}/${id}`;
        if (next.abandons?.includes(place)) return [];
        return [
          `${problem(source)} Only to leave the old data there: add abandons: ["${place}"] to ${next.name}`,
        ];
      });
    if (!service) {
      const next = services.find((entry) => !previous.has(entry.name) && isInPlaceOf(entry, was));
      if (!next) return [];
      const mounted = kept.filter(({ source }) => mountedAt(was.entry, source, next));
      return leave(
        mounted,
        next,
        (source) =>
          `services/${next.name}/volumes: would begin empty, where ${name}, which leaves, has "${source}". To go on with ` +
          `its data: from: "${name}/${source}" in the volume.`,
      );
    }
    const host = hosts.find((host) => host.name === hostOf(service, names));
    if (former && host && !isSameMachine(former, host)) {
      const moved = kept.filter(({ source }) => service.volumes?.some((volume) => volume.source === source));
      return leave(
        moved,
        service,
        (source) =>
          `services/${name}/host: volume "${source}" would begin empty on ${host.name}, as its data is on ${former.name}. ` +
          `To take it along: slipway backup ${name}, then the line below and pulumi up, then slipway restore ${name}.`,
      );
    }
    const own = ownVolumes(service, { volumes: shared });
    const isIn = (volumes: readonly Volume[], source: string) => volumes.some((one) => one.source === source);
    const left = kept.filter(({ source }) => !isIn(own, source));
    const nowShared = left.filter(({ source }) => isIn(service.volumes ?? [], source));
    const gone = left.filter((volume) => !nowShared.includes(volume));
    const fresh = own.filter(
      ({ source, from }) => from === undefined && !was.volumes.some((volume) => volume.source === source),
    );
    return [
      ...leave(
        nowShared,
        service,
        (source) =>
          `services/${name}/volumes: "${source}" is one of the catalogue's volumes now, and would begin empty. To go on with ` +
          `the service's own data: external: "${kept.find((one) => one.source === source)?.id ?? ""}" in it.`,
      ),
      ...(fresh.length
        ? leave(
            gone,
            service,
            (source) =>
              `services/${name}/volumes: "${fresh[0]?.source ?? ""}" would begin empty, where "${source}", which leaves, has ` +
              `data. To go on with it under the new name: from: "${source}" in the volume.`,
          )
        : []),
    ];
  });
}

/** Whether a new service has a volume where one that leaves had one. */
function isInPlaceOf(next: Service, was: ServiceState): boolean {
  return was.volumes.some(({ source }) => mountedAt(was.entry, source, next));
}

/** Whether the service mounts a volume that begins empty where another had this one. */
function mountedAt(entry: Service, source: string, next: Service): boolean {
  const target = entry.volumes?.find((volume) => volume.source === source)?.target;
  return (next.volumes ?? []).some(
    (volume) => volume.from === undefined && volume.target === target && !isHostPath(volume.source),
  );
}
