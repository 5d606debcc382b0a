import { type ActualContainer, containerName } from "../../container/actual.ts";
import { type Difference, differences } from "../../container/diff.ts";
import type { ContainerInputs } from "../../container/fields/field.ts";
import type { ImageConfig } from "../../container/inspect.ts";
import { nameIn, secret } from "../resources.ts";
import { TYPES } from "../types.ts";
import { type Existing, type Match, type Planned, UNKNOWN } from "./match.ts";

/** What is known of what the hosts have. */
export interface AdoptionContext {
  matches: readonly Match[];
  /** Volumes and networks, by the name that the preview made up. */
  existing: ReadonlyMap<string, Existing>;
  /** Values of secrets, by name. */
  secrets: ReadonlyMap<string, string>;
  /** Ids for the providers that the state does not have, by URN. */
  providerIds: ReadonlyMap<string, string>;
}

/** A planned resource as the state is to have it; undefined where no host has it, so that an update makes it. */
type Adopter = (planned: Planned, context: AdoptionContext) => Planned | undefined;

/** What a preview shows of a secret. */
const HIDDEN = "[secret]";
/** The version of a resource's outputs. Source: what @pulumi/docker 5.2.0 writes. */
const SCHEMA_VERSIONS: Record<string, string> = {
  [TYPES.container]: "2",
  [TYPES.volume]: "1",
  [TYPES.network]: "1",
};

/** What is adopted, and how; whatever is of another type an update makes without touching a container. */
export const adopters: Readonly<Record<string, Adopter>> = {
  [TYPES.dockerProvider]: adoptProvider,
  [TYPES.volume]: adoptExisting,
  [TYPES.network]: adoptExisting,
  [TYPES.password]: adoptPassword,
  [TYPES.container]: adoptContainer,
};

function adoptProvider(planned: Planned, { providerIds }: AdoptionContext): Planned {
  const inputs = Object.fromEntries(
    Object.entries(planned.inputs ?? {}).filter(([, value]) => value !== HIDDEN),
  );
  return { ...planned, id: providerIds.get(planned.urn) ?? "", inputs, outputs: inputs };
}

function adoptExisting(planned: Planned, { existing }: AdoptionContext): Planned | undefined {
  const own = existing.get((planned.inputs as { name: string }).name);
  return own && withOutputs({ ...planned, id: own.id, inputs: { ...planned.inputs, name: own.name } });
}

function adoptPassword(planned: Planned, { secrets }: AdoptionContext): Planned | undefined {
  const value = secrets.get(nameIn(planned.urn));
  if (value === undefined) return undefined;
  // Without a schema version: the plugin takes it for the first, and makes of that the one it has now.
  const outputs = {
    ...planned.inputs,
    lower: true,
    upper: true,
    number: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
    id: "none",
    result: secret(value),
  };
  return { ...planned, id: "none", outputs };
}

/** A property in which the container differs is left out, so that an update rolls it. */
function adoptContainer(planned: Planned, { matches, existing }: AdoptionContext): Planned | undefined {
  const match = matches.find(({ resource }) => resource === planned);
  if (!match) return undefined;
  const { inspected, image } = match.container;
  const inputs = actualInputs(match, existing);
  const differing = differences(inputs, inspected, image).filter(needsRoll);
  const kept = Object.entries<unknown>(inputs).filter(
    ([property, value]) => value !== undefined && !differing.some(({ input }) => input === property),
  );
  const shown = { ...Object.fromEntries(kept), envs: secret(inputs.envs) };
  return withOutputs({ ...planned, id: inspected.Id, inputs: shown });
}

/** Variables are taken over as they are; that somebody has joined it to a further network is no reason to roll it. */
function needsRoll({ input, change }: Difference): boolean {
  return input !== "envs" && !(input === "networksAdvanced" && change === "added");
}

/** What is planned, with what only the host can tell. */
function actualInputs(
  { inputs, container }: Match,
  existing: ReadonlyMap<string, Existing>,
): ContainerInputs & { envs: string[] } {
  const {
    Config,
    HostConfig: { NetworkMode = "" },
  } = container.inspected;
  const nameOf = (planned: string) => existing.get(planned)?.name ?? planned;
  return {
    ...inputs,
    name: containerName(container),
    image: Config.Image,
    volumes: inputs.volumes?.map((volume) => actualVolume(volume, container, nameOf)),
    mounts: inputs.mounts?.map((mount) => actualMount(mount, container, nameOf)),
    networksAdvanced: inputs.networksAdvanced?.map((network) => ({ ...network, name: nameOf(network.name) })),
    // A preview does not know the id of another container; whether it is that one's, the next update sees.
    ...(isContainers(inputs.networkMode) && isContainers(NetworkMode) && { networkMode: NetworkMode }),
    envs: ownVariables(Config.Env, container.image),
  };
}

/** What is mounted where the plan does not know that yet, as of files whose volume's name follows from a random key. */
function actualVolume(
  volume: NonNullable<ContainerInputs["volumes"]>[number],
  { inspected }: ActualContainer,
  nameOf: (planned: string) => string,
) {
  const { volumeName, hostPath, containerPath } = volume;
  const found = inspected.Mounts.find(({ Destination }) => Destination === containerPath);
  if (volumeName === UNKNOWN) return { ...volume, volumeName: found?.Name ?? volumeName };
  if (hostPath === UNKNOWN) return { ...volume, hostPath: found?.Source ?? hostPath };
  return volumeName === undefined ? volume : { ...volume, volumeName: nameOf(volumeName) };
}

function actualMount(
  mount: NonNullable<ContainerInputs["mounts"]>[number],
  { inspected }: ActualContainer,
  nameOf: (planned: string) => string,
) {
  const { type, source, target } = mount;
  if (type !== "volume" || source === undefined) return mount;
  const found = inspected.Mounts.find(({ Destination }) => Destination === target);
  return { ...mount, source: source === UNKNOWN ? (found?.Name ?? source) : nameOf(source) };
}

/** Whether a network mode is that of another container, known or not. */
function isContainers(mode: string | undefined): boolean {
  return mode !== undefined && !["host", "none", "bridge", "default", ""].includes(mode);
}

/** The variables that the image does not give, in the order in which they are declared. */
function ownVariables(all: readonly string[] | null | undefined, image: ImageConfig | undefined): string[] {
  return (all ?? []).filter((line) => !image?.Env?.includes(line)).sort();
}

/** The outputs that the plugin would have given, as far as they follow from the inputs. */
function withOutputs(resource: Planned): Planned {
  const __meta = JSON.stringify({ schema_version: SCHEMA_VERSIONS[resource.type] });
  return { ...resource, outputs: { ...resource.inputs, id: resource.id, __meta } };
}
