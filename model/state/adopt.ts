import { randomUUID } from "node:crypto";
import type { Service } from "../catalogue/service.ts";
import { type Seen, answers, isOf, name, newest, runs, state } from "./drift.ts";
import { type StateResource, nameIn, secret } from "./resources.ts";
import { type ContainerInputs, type ImageConfig, differences } from "../container/diff.ts";

/** A resource that a preview would create, as `pulumi preview --json` has it. */
export interface Planned extends StateResource {
  custom: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

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

interface Found {
  resource: Planned;
  inputs: ContainerInputs;
  host: string;
  seen: Seen;
}

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const NETWORK = "docker:index/network:Network";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const PROVIDER = "pulumi:providers:docker";

/** What the engine has in the place of what is not known yet. Source: pulumi/pulumi, sdk/go/common/resource/plugin. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What a preview shows of a secret. */
const HIDDEN = "[secret]";
/** Which form of a resource's outputs it is. Source: what @pulumi/docker 5.2.0 writes. */
const FORMS: Record<string, string> = { [CONTAINER]: "2", [VOLUME]: "1", [NETWORK]: "1" };

/** The property that a difference is in, by the first word of what is said of it. */
const PROPERTIES: Record<string, string> = {
  label: "labels",
  port: "ports",
  mount: "volumes",
  memory: "memory",
};

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
  hosts: ReadonlyMap<string, readonly Seen[]>,
  services: readonly Service[],
  known: ReadonlySet<string> = new Set(),
): Adoption {
  const found = planned.flatMap((resource): Found[] => {
    if (resource.type !== CONTAINER) return [];
    const [host, inputs] = [nameIn(providerUrn(resource)), resource.inputs as ContainerInputs];
    const seen = chosen(hosts.get(host) ?? [], inputs);
    return seen ? [{ resource, inputs, host, seen }] : [];
  });
  const there = namesThere(found);
  const secrets = secretsIn(found, services);
  const made = new Map<string, string>();

  const stated = planned.flatMap((resource): Planned[] => {
    const { type, custom, inputs = {} } = resource;
    if (!custom) return [resource];
    if (type === PROVIDER) {
      const id = randomUUID();
      made.set(resource.urn, id);
      const shown = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== HIDDEN));
      return [{ ...resource, id, inputs: shown, outputs: shown }];
    }
    if (type === VOLUME || type === NETWORK) {
      const own = there.get((inputs as { name: string }).name);
      return own ? [withOutputs({ ...resource, id: own.id, inputs: { ...inputs, name: own.name } })] : [];
    }
    if (type === PASSWORD) {
      const value = secrets.get(nameIn(resource.urn));
      if (value === undefined) return [];
      const rest = {
        lower: true,
        upper: true,
        number: true,
        minLower: 0,
        minUpper: 0,
        minNumeric: 0,
        minSpecial: 0,
      };
      // Without a form: the first, from which the plugin makes the one it has now.
      return [
        { ...resource, id: "none", outputs: { ...inputs, ...rest, id: "none", result: secret(value) } },
      ];
    }
    const own = found.find((one) => one.resource === resource);
    return own ? [containerOf(own, there)] : [];
  });

  const defaults = stated.flatMap((resource): Planned[] => {
    const urn = providerUrn(resource);
    if (!resource.provider?.endsWith(UNKNOWN) || made.has(urn)) return [];
    const id = randomUUID();
    made.set(urn, id);
    const inputs = { version: nameIn(urn).replace("default_", "").replaceAll("_", ".") };
    return [{ urn, custom: true, id, type: urn.split("::")[2] ?? "", inputs, outputs: inputs }];
  });
  const urns = new Set(stated.map(({ urn }) => urn));
  const left = new Set(planned.flatMap(({ urn }) => (urns.has(urn) ? [] : [urn])));
  return {
    containers: found.map(({ inputs, host, seen }) => ({
      ...labels(inputs),
      host,
      container: name(seen),
      image: seen.inspected.Config.Image,
      hash: seen.inspected.Config.Labels?.["org.opencontainers.image.revision"],
    })),
    others: [...hosts].flatMap(([host, all]) =>
      all
        .filter((one) => !known.has(one.inspected.Id) && !found.some(({ seen }) => seen === one))
        .map((one) => `${host}: ${name(one)} is ${state(one)}, and not the one that answers`),
    ),
    resources: [...defaults, ...stated.map((resource) => tied(resource, made, left))],
  };
}

/** The container that answers for a replica; of a job's the last one. */
function chosen(seen: readonly Seen[], inputs: ContainerInputs): Seen | undefined {
  const wanted = labels(inputs);
  const own = seen.filter((one) => isOf(one, wanted));
  if (!/^\d+$/.test(wanted.slot)) return newest(own);
  const marked = own.filter(answers);
  return newest(marked.filter(runs)) ?? newest(marked);
}

function labels({ labels: all = [] }: ContainerInputs): { service: string; slot: string } {
  const value = (label: string) => all.find((one) => one.label === `slipway.${label}`)?.value ?? "";
  return { service: value("service"), slot: value("slot") };
}

/** The volumes and networks of the containers: by the name that the preview made up, the one that is there. */
function namesThere(found: readonly Found[]): Map<string, { name: string; id: string }> {
  const there = new Map<string, { name: string; id: string }>();
  // Pulumi makes a name unique by seven digits behind it.
  const stem = (text: string) => text.replace(/-[0-9a-f]{7}$/, "");
  for (const { inputs, seen } of found) {
    const { Mounts, NetworkSettings } = seen.inspected;
    for (const { volumeName = "", containerPath } of inputs.volumes ?? []) {
      const own = Mounts.find(({ Destination }) => Destination === containerPath)?.Name;
      if (own) there.set(volumeName, { name: own, id: own });
    }
    for (const { name: planned } of inputs.networksAdvanced ?? []) {
      const own = Object.keys(NetworkSettings.Networks).find((other) => stem(other) === stem(planned));
      const id = NetworkSettings.Networks[own ?? ""]?.NetworkID;
      if (own && id) there.set(planned, { name: own, id });
    }
  }
  return there;
}

/** The values of the catalogue's secrets, by name, as the first container has them that is given each. */
function secretsIn(found: readonly Found[], services: readonly Service[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { inputs, seen } of found) {
    const service = services.find((entry) => entry.name === labels(inputs).service);
    for (const [variable, secretName] of Object.entries(service?.secrets ?? {})) {
      const line = seen.inspected.Config.Env?.find((text) => text.startsWith(`${variable}=`));
      if (line && !values.has(secretName)) values.set(secretName, line.slice(variable.length + 1));
    }
  }
  return values;
}

function containerOf(
  { resource, inputs, seen }: Found,
  there: ReadonlyMap<string, { name: string }>,
): Planned {
  const { inspected, image } = seen;
  const nameOf = (planned: string) => there.get(planned)?.name ?? planned;
  const own: ContainerInputs & { name: string } = {
    ...inputs,
    name: name(seen),
    image: inspected.Config.Image,
    volumes: inputs.volumes?.map((volume) => ({ ...volume, volumeName: nameOf(volume.volumeName ?? "") })),
    networksAdvanced: inputs.networksAdvanced?.map((network) => ({ ...network, name: nameOf(network.name) })),
    envs: ownVariables(inspected.Config.Env, image),
  };
  const differing = differences(own, inspected, image).map(
    (text) => PROPERTIES[text.split(" ")[0] ?? ""] ?? "",
  );
  const same = Object.entries(own).filter(
    ([property, value]) => value !== undefined && !differing.includes(property),
  );
  const shown = { ...Object.fromEntries(same), envs: secret(own.envs) };
  return withOutputs({ ...resource, id: inspected.Id, inputs: shown });
}

/** The variables that the image does not give, in the order in which they are declared. */
function ownVariables(all: readonly string[] | null, image: ImageConfig | undefined): string[] {
  return (all ?? []).filter((line) => !image?.Env?.includes(line)).sort();
}

/** What the plugin would have answered, as far as it cannot be read from the host. */
function withOutputs(resource: Planned): Planned {
  const __meta = JSON.stringify({ schema_version: FORMS[resource.type] });
  return { ...resource, outputs: { ...resource.inputs, id: resource.id, __meta } };
}

function providerUrn({ provider = "" }: StateResource): string {
  return provider.replace(/::[^:]*$/, "");
}

/** The resource with the id of its provider, and without what it stands on that is not in the state yet. */
function tied(resource: Planned, made: ReadonlyMap<string, string>, left: ReadonlySet<string>): Planned {
  const { provider, dependencies = [], propertyDependencies = {} } = resource;
  const id = made.get(providerUrn(resource));
  const known = (urns: readonly string[]) => urns.filter((urn) => !left.has(urn));
  return {
    ...resource,
    ...(provider && id && { provider: `${providerUrn(resource)}::${id}` }),
    dependencies: known(dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([property, urns]) => [property, known(urns)]),
    ),
  };
}
