import type { ContainerArgs } from "@pulumi/docker";
import { type LabelInput, LABELS } from "./labels.ts";
import { deviceFields } from "./fields/devices.ts";
import { engineFields } from "./fields/engine.ts";
import type { ContainerSource, Field } from "./fields/field.ts";
import { networkFields } from "./fields/network.ts";
import { processFields } from "./fields/process.ts";
import { resourceFields } from "./fields/resources.ts";
import { securityFields } from "./fields/security.ts";
import { storageFields } from "./fields/storage.ts";
import type { PublishedPort } from "./ports.ts";

/** All that a container is made of, a row for each property: whoever makes, compares or adopts one goes by it. */
export const FIELDS: readonly Field[] = [
  ...processFields,
  ...networkFields,
  ...storageFields,
  ...resourceFields,
  ...securityFields,
  ...deviceFields,
  ...engineFields,
];

/** What the Docker plugin makes a container of. */
export function containerInputs(source: ContainerSource): ContainerArgs {
  const made = FIELDS.map(({ input, make }) => [input, make?.(source)]);
  const inputs = Object.fromEntries(made) as ContainerArgs;
  return { ...inputs, labels: [...((inputs.labels ?? []) as LabelInput[]), ...whatIsSet(inputs)] };
}

/** The label that names what the plugin would keep once it is set no more: its change makes another container. */
function whatIsSet(inputs: ContainerArgs): LabelInput[] {
  const set = FIELDS.filter(({ input, keptWhenUnset }) => {
    const value = inputs[input];
    return keptWhenUnset && (Array.isArray(value) ? value.length > 0 : value !== undefined);
  });
  const words = [...set.map(({ input }) => input), ...chosenPorts(inputs)];
  return words.length ? [{ label: LABELS.sets, value: words.join(" ") }] : [];
}

/** The ports for which the engine chooses one of the host: the plugin would leave one that was set. */
function chosenPorts({ ports = [] }: ContainerArgs): string[] {
  return (ports as PublishedPort[])
    .filter(({ external }) => external === undefined)
    .map(({ internal, protocol = "tcp" }) => `${internal}/${protocol}`);
}

/** The properties whose change makes another container, as the plugin would do nothing. */
export const REPLACE_ON_CHANGES: string[] = FIELDS.flatMap(({ input, ignoredOnChange }) =>
  ignoredOnChange ? input : [],
);
