import type { Base, Catalogue, Service } from "../catalogue/service.ts";
import { type PinsFile, pinOf } from "../history/pins.ts";
import type { Builder } from "../image/builders.ts";
import { parseState } from "../state/parse.ts";
import type { StateResource } from "../state/resources.ts";
import { TYPES } from "../state/types.ts";
import { names } from "./names.ts";

/** What of the stack decides which resources a service has. */
export interface TargetsContext {
  images: "build" | "promote";
  builders: readonly Builder[];
  /**
   * Bases and secrets that are deployed as they are declared. They are left out: what waits for its deletion after
   * another service's failed roll and stands on one of them, Pulumi would want to delete, and refuse to.
   */
  unchanged: ReadonlySet<string>;
  /** What is deployed: volumes that a service is to lose are targets, too. */
  resources: readonly StateResource[];
  /** What is pinned is not built: the bases of its newest source are left alone. */
  pins: PinsFile;
}

/**
 * What `pulumi up --target` takes so that it touches these services and nothing else: each with all its replicas, its
 * image, the bases that stands on, its volumes and the secrets it is given. In a pattern `**` matches any characters.
 * Source: https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
 * @param serviceNames of services that are in the catalogue
 */
export function targets(
  catalogue: Catalogue,
  serviceNames: readonly string[],
  context: TargetsContext,
): string[] {
  const { services: deployed } = parseState(context.resources);
  const patterns = serviceNames.flatMap((name) => {
    const service = catalogue.services.find((entry) => entry.name === name);
    const declared = service?.volumes?.map(({ source }) => names.volume(name, source)) ?? [];
    const present = deployed.get(name)?.volumes.map((volume) => volume.name) ?? [];
    const bases = basesOf(service, catalogue.bases, context);
    const secrets = Object.values(service?.secrets ?? {}).filter((secret) => !context.unchanged.has(secret));
    return [
      `**::${name}`,
      `**::${names.furtherReplicas(name)}`,
      ...[...declared, ...present].map((volume) => `**${TYPES.volume}::${volume}`),
      ...bases.map((base) => `**::${base}`),
      ...secrets.map((secret) => `**${TYPES.password}::${secret}`),
      ...[name, ...bases].flatMap((image) => partsOf(image, context)),
    ];
  });
  return [...new Set(patterns)];
}

/** The bases that a service's image stands on and that are to be built. */
function basesOf(
  service: Service | undefined,
  bases: readonly Base[],
  { pins, unchanged }: TargetsContext,
): string[] {
  if (!service || pinOf(pins, service.name)) return [];
  const found: string[] = [];
  let base = service.build?.base;
  while (base !== undefined) {
    found.push(base);
    base = bases.find(({ name }) => name === base)?.build?.base;
  }
  return found.filter((name) => !unchanged.has(name));
}

/** What an image is made of besides itself: the copy of a promoted one, the parts of several builders. */
function partsOf(image: string, { images, builders }: TargetsContext): string[] {
  if (images === "promote") return [`**${TYPES.command}::${names.imageCopy(image)}`];
  if (builders.length === 1) return [];
  return builders.map((builder) => `**${TYPES.image}::${names.imagePart(image, builder)}`);
}
