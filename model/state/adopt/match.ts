import type { Service } from "../../catalogue/service.ts";
import { type ActualContainer, hasTakenOver, isOf, isRunning, newest } from "../../container/actual.ts";
import type { ContainerInputs } from "../../container/fields/field.ts";
import { LABELS } from "../../container/labels.ts";
import { names } from "../../rollout/resource-names.ts";
import { isReplica } from "../../rollout/replica.ts";
import { type StateResource, nameIn, providerUrn } from "../resources.ts";
import { TYPES } from "../types.ts";

/** A resource that a preview would create, as `pulumi preview --json` has it. */
export interface Planned extends StateResource {
  custom: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

/** What the engine has in the place of what is not known yet. Source: pulumi/pulumi, sdk/go/common/resource/plugin. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A planned container, and the one on a host that is in its place. */
export interface Match {
  resource: Planned;
  /** What is planned. */
  inputs: ContainerInputs;
  service: string;
  slot: string;
  host: string;
  container: ActualContainer;
}

/** The planned containers that hosts have, by their labels. */
export function matchContainers(
  planned: readonly Planned[],
  hosts: ReadonlyMap<string, readonly ActualContainer[]>,
): Match[] {
  return planned.flatMap((resource): Match[] => {
    if (resource.type !== TYPES.container) return [];
    const inputs = resource.inputs as ContainerInputs;
    const label = (name: string) => inputs.labels?.find((one) => one.label === name)?.value ?? "";
    const [service, slot] = [label(LABELS.service), label(LABELS.slot)];
    const host = nameIn(providerUrn(resource));
    const container = findRunning(hosts.get(host) ?? [], service, slot);
    return container ? [{ resource, inputs, service, slot, host, container }] : [];
  });
}

/** The container that has taken over for a replica, a running one first; of a job's the newest. */
function findRunning(
  containers: readonly ActualContainer[],
  service: string,
  slot: string,
): ActualContainer | undefined {
  const own = containers.filter((container) => isOf(container, { service, slot }));
  if (!isReplica(slot)) return newest(own);
  const inService = own.filter(hasTakenOver);
  return newest(inService.filter(isRunning)) ?? newest(inService);
}

/** A volume or network as a host has it. */
export interface Existing {
  name: string;
  id: string;
}

/** The volumes and networks of the containers: by the name that the preview made up, the one that is there. */
export function findVolumesAndNetworks(matches: readonly Match[]): Map<string, Existing> {
  const existing = new Map<string, Existing>();
  // Pulumi makes a name unique by seven digits behind it.
  const stem = (text: string) => text.replace(/-[0-9a-f]{7}$/, "");
  for (const { inputs, container } of matches) {
    const { Mounts, NetworkSettings } = container.inspected;
    const planned = [
      ...(inputs.volumes ?? []).map(
        ({ volumeName = "", containerPath }) => [volumeName, containerPath] as const,
      ),
      ...(inputs.mounts ?? [])
        .filter(({ type }) => type === "volume")
        .map(({ source = "", target }) => [source, target] as const),
    ];
    for (const [volumeName, path] of planned) {
      const name = Mounts.find(({ Destination }) => Destination === path)?.Name;
      if (name && volumeName !== UNKNOWN) existing.set(volumeName, { name, id: name });
    }
    for (const { name: planned } of inputs.networksAdvanced ?? []) {
      const name = Object.keys(NetworkSettings.Networks).find((other) => stem(other) === stem(planned));
      const id = NetworkSettings.Networks[name ?? ""]?.NetworkID;
      if (name && id) existing.set(planned, { name, id });
    }
  }
  return existing;
}

/** The values of the catalogue's secrets, by name, as the first container has them that is given each. */
export function findSecrets(matches: readonly Match[], services: readonly Service[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const match of matches) {
    const entry = services.find(({ name }) => name === match.service);
    for (const [variable, secretName] of Object.entries(entry?.secrets ?? {})) {
      const { Env } = match.container.inspected.Config;
      const line = Env?.find((text) => text.startsWith(`${variable}=`));
      if (line && !values.has(secretName)) values.set(secretName, line.slice(variable.length + 1));
    }
    const { aboutFiles } = match.container;
    if (!aboutFiles) continue;
    for (const [name, value] of aboutFiles.values) if (!values.has(name)) values.set(name, value);
    values.set(names.filesKey(match.service), aboutFiles.key);
  }
  return values;
}
