import type { Catalogue, Service } from "../catalogue/service.ts";
import { type Volume, isHostPath } from "../catalogue/volumes.ts";

/** The catalogue's networks and volumes that services name. */
export function sharedNames(
  services: readonly Service[],
  { networks, volumes }: Pick<Catalogue, "networks" | "volumes">,
): { networks: Set<string>; volumes: Set<string> } {
  const places = services.flatMap((service) => service.networks ?? []);
  const inNetworks = places.map((place) => (typeof place === "string" ? place : place.name));
  const sources = services.flatMap((service) => (service.volumes ?? []).map(({ source }) => source));
  const named = (entries: readonly { name: string }[], wanted: readonly string[]) =>
    new Set(entries.map(({ name }) => name).filter((name) => wanted.includes(name)));
  return { networks: named(networks, inNetworks), volumes: named(volumes, sources) };
}

/** The volumes that are a service's alone, each once: no paths of the host, and none that the catalogue shares. */
export function ownVolumes(
  { volumes: mounted = [] }: Pick<Service, "volumes">,
  { volumes }: Pick<Catalogue, "volumes">,
): Volume[] {
  const own = new Map<string, Volume>();
  for (const volume of mounted) {
    const { source, from } = volume;
    if (isHostPath(source) || volumes.some(({ name }) => name === source)) continue;
    if (from !== undefined || !own.has(source)) own.set(source, volume);
  }
  return [...own.values()];
}
