import { randomUUID } from "node:crypto";
import type { Service } from "../catalogue/service.ts";
import { type ActualContainer, containerName, describeState } from "../container/actual.ts";
import { type AdoptionContext, adopters } from "./adopt/adopters.ts";
import {
  type Planned,
  UNKNOWN,
  findSecrets,
  findVolumesAndNetworks,
  matchContainers,
} from "./adopt/match.ts";
import { nameIn, providerUrn } from "./resources.ts";
import { TYPES } from "./types.ts";

/** A container that is taken over as one of the stack's own. */
export interface Adopted {
  service: string;
  /** The replica's number, or what else the container is for. */
  slot: string;
  host: string;
  /** Its name. */
  container: string;
  /** `repository@sha256:…` */
  image: string;
  /** The content hash it says it was built of. */
  hash?: string | undefined;
}

/** What runs, as a stack's state has it. */
export interface Adoption {
  containers: Adopted[];
  /** In words: containers with the stack's labels that are not taken over. */
  others: string[];
  resources: Planned[];
}

/**
 * Finds the containers that are planned among those that run, by their labels, and what hangs on them: volumes, networks
 * and generated secrets. Their inputs are what is planned, but for what can be seen to differ: that is left out, so that
 * an update rolls it. What the engine makes without touching a container is left to it: images and cutovers.
 * @param planned what a preview would create
 * @param hosts what is on each host
 * @param known ids of the containers that the state has
 */
export function adoption(
  planned: readonly Planned[],
  hosts: ReadonlyMap<string, readonly ActualContainer[]>,
  services: readonly Service[],
  known: ReadonlySet<string> = new Set(),
): Adoption {
  const matches = matchContainers(planned, hosts);
  const context: AdoptionContext = {
    matches,
    existing: findVolumesAndNetworks(matches),
    secrets: findSecrets(matches, services),
    providerIds: makeProviderIds(planned),
  };
  const adopted = planned.flatMap((resource) =>
    resource.custom ? (adopters[resource.type]?.(resource, context) ?? []) : resource,
  );
  const resources = [...defaultProviders(adopted, context), ...adopted];
  const notAdopted = new Set(planned.map(({ urn }) => urn));
  for (const { urn } of adopted) notAdopted.delete(urn);
  return {
    containers: matches.map(({ service, slot, host, container }) => ({
      service,
      slot,
      host,
      container: containerName(container),
      image: container.inspected.Config.Image,
      hash: container.inspected.Config.Labels?.["org.opencontainers.image.revision"],
    })),
    others: [...hosts].flatMap(([host, all]) =>
      all
        .filter(({ inspected }) => !known.has(inspected.Id))
        .filter((one) => !matches.some(({ container }) => container === one))
        .map((one) => `${host}: ${containerName(one)} is ${describeState(one)}, and not in service`),
    ),
    resources: resources.map((resource) => withReferences(resource, context.providerIds, notAdopted)),
  };
}

/** An id for each provider that the preview would create, or has in mind without planning it: a default one. */
function makeProviderIds(planned: readonly Planned[]): Map<string, string> {
  const urns = planned.flatMap((resource) => [
    ...(resource.type === TYPES.dockerProvider ? [resource.urn] : []),
    ...(resource.provider?.endsWith(UNKNOWN) ? [providerUrn(resource)] : []),
  ]);
  return new Map(urns.map((urn) => [urn, randomUUID()]));
}

/** The providers of adopted resources that no program declares: "default_4_21_2", of the plugin's version 4.21.2. */
function defaultProviders(adopted: readonly Planned[], { providerIds }: AdoptionContext): Planned[] {
  const declared = new Set(adopted.map(({ urn }) => urn));
  const urns = new Set(adopted.filter(({ provider }) => provider?.endsWith(UNKNOWN)).map(providerUrn));
  return [...urns]
    .filter((urn) => !declared.has(urn))
    .map((urn) => {
      const inputs = { version: nameIn(urn).replace("default_", "").replaceAll("_", ".") };
      const type = urn.split("::")[2] ?? "";
      return { urn, custom: true, id: providerIds.get(urn), type, inputs, outputs: inputs };
    });
}

/** The resource with the id of its provider, and without dependencies that are not in the state yet. */
function withReferences(
  resource: Planned,
  providerIds: ReadonlyMap<string, string>,
  notAdopted: ReadonlySet<string>,
): Planned {
  const { provider, dependencies = [], propertyDependencies = {} } = resource;
  const id = providerIds.get(providerUrn(resource));
  const inState = (urns: readonly string[]) => urns.filter((urn) => !notAdopted.has(urn));
  return {
    ...resource,
    ...(provider && id && { provider: `${providerUrn(resource)}::${id}` }),
    dependencies: inState(dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([property, urns]) => [property, inState(urns)]),
    ),
  };
}
