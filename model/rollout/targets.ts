import { type Builder, partName } from "../image/builders.ts";
import type { Catalogue } from "../catalogue/service.ts";
import { type PinsFile, pinOf } from "../history/pins.ts";
import { type StateResource, nameIn } from "../state/resources.ts";

/** What of the stack decides which resources a service has. */
interface Around {
  images: "build" | "promote";
  builders: readonly Builder[];
  /**
   * Bases and secrets that are deployed as they are declared. They are left out: what waits for its deletion after
   * another service's failed roll and stands on one of them, Pulumi would want to delete, and refuse to.
   */
  settled: ReadonlySet<string>;
  /** What is deployed: volumes that a service is to lose are targets, too. */
  resources: readonly StateResource[];
  /** What is pinned is not built: the bases of its newest source are left alone. */
  pins: PinsFile;
}

/** What resources of an image are called after its name: the copy of a promoted one, the parts of several builders. */
function partsOf({ images, builders }: Around): string[] {
  if (images === "promote") return ["copy"];
  return builders.length > 1 ? builders.map(partName) : [];
}

/**
 * What `pulumi up --target` needs to hear so that it touches these services and nothing else: the service with all its
 * replicas, its image, the bases that stands on, its volumes and the secrets it is given. In a pattern `**` matches
 * any characters. Source: https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
 * @param names of services that are in the catalogue
 */
export function targets({ services, bases }: Catalogue, names: readonly string[], around: Around): string[] {
  const parts = partsOf(around);
  const resources = names.flatMap((name) => {
    const service = services.find((entry) => entry.name === name);
    const images = [];
    const first = pinOf(around.pins, name) ? undefined : service?.build?.base;
    for (let entry = first; entry; entry = baseOf(entry)) images.push(entry);
    const volumes = service?.volumes?.map((volume) => `${name}-${volume.source}`) ?? [];
    const deployed = around.resources
      .filter(({ type, parent = "" }) => type.endsWith(":Volume") && nameIn(parent) === name)
      .map(({ urn }) => nameIn(urn));
    const shared = [...images, ...Object.values(service?.secrets ?? {})].filter(
      (other) => !around.settled.has(other),
    );
    const partial = [name, ...shared].flatMap((image) => parts.map((part) => `${image}-${part}`));
    return [name, `${name}.*`, ...volumes, ...deployed, ...shared, ...partial];
  });
  function baseOf(name: string) {
    return bases.find((entry) => entry.name === name)?.build?.base;
  }
  return [...new Set(resources)].map((name) => `**::${name}`);
}
