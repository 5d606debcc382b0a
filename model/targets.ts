import { type Builder, partName } from "./builders.ts";
import type { Catalogue } from "./catalogue.ts";

/** What the stack says of where images come from. */
interface Origin {
  images: "build" | "promote";
  builders: readonly Builder[];
}

/** What resources of an image are called after its name: the copy of a promoted one, the parts of several builders. */
function partsOf({ images, builders }: Origin): string[] {
  if (images === "promote") return ["copy"];
  return builders.length > 1 ? builders.map(partName) : [];
}

/**
 * What `pulumi up --target` needs to hear so that it touches these services and nothing else: the service with all its
 * replicas, its image, the bases that stands on, its volumes and the secrets it is given. In a pattern `**` matches
 * any characters. Source: https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
 * @param names of services that are in the catalogue
 * @param origin where the stack's images come from
 * @param settled bases and secrets that are deployed as they are declared. They are left out: what waits for its
 * deletion after another service's failed roll and stands on one of them, Pulumi would want to delete, and refuse to.
 */
export function targets(
  { services, bases }: Catalogue,
  names: readonly string[],
  origin: Origin,
  settled: ReadonlySet<string> = new Set(),
): string[] {
  const parts = partsOf(origin);
  const resources = names.flatMap((name) => {
    const service = services.find((entry) => entry.name === name);
    const images = [];
    for (let entry = service?.build?.base; entry; entry = baseOf(entry)) images.push(entry);
    const volumes = service?.volumes?.map((volume) => `${name}-${volume.name}`) ?? [];
    const shared = [...images, ...Object.values(service?.secrets ?? {})].filter(
      (other) => !settled.has(other),
    );
    const partial = [name, ...shared].flatMap((image) => parts.map((part) => `${image}-${part}`));
    return [name, `${name}.*`, ...volumes, ...shared, ...partial];
  });
  function baseOf(name: string) {
    return bases.find((entry) => entry.name === name)?.build?.base;
  }
  return [...new Set(resources)].map((name) => `**::${name}`);
}
