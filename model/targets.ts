import type { Catalogue } from "./catalogue.ts";

/** What resources of an image are called after its name: the copy of a promoted one, the parts of several builders. */
const PARTS = ["copy", "amd64", "arm64", "armv7"];

/**
 * What `pulumi up --target` needs to hear so that it touches these services and nothing else: the service with all its
 * replicas, its image, the bases that stands on, its volumes and the secrets it is given. In a pattern `**` matches
 * any characters. Source: https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
 * @param names of services that are in the catalogue
 */
export function targets({ services, bases }: Catalogue, names: readonly string[]): string[] {
  const resources = names.flatMap((name) => {
    const service = services.find((entry) => entry.name === name);
    const images = [];
    for (let entry = service?.build?.base; entry; entry = baseOf(entry)) images.push(entry);
    const volumes = service?.volumes?.map((volume) => `${name}-${volume.name}`) ?? [];
    const parts = [name, ...images].flatMap((image) => PARTS.map((part) => `${image}-${part}`));
    const secrets = Object.values(service?.secrets ?? {});
    return [name, `${name}.*`, ...volumes, ...images, ...parts, ...secrets];
  });
  function baseOf(name: string) {
    return bases.find((entry) => entry.name === name)?.build?.base;
  }
  return [...new Set(resources)].map((name) => `**::${name}`);
}
