/** What of a resource in a stack's state is read. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  /** URN and id of its provider. */
  provider?: string;
  /** Whether it only waits for its removal. */
  delete?: boolean;
  inputs?: object;
  outputs?: object;
  /** When it was made, as ISO 8601 has it. */
  created?: string;
  /** When it was made or last changed with success; a refresh that finds no change leaves it. */
  modified?: string;
}

/** A stack's state, as `pulumi stack export` has it. */
export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string }[];
}

/** The key by which Pulumi tells a secret from other objects, and what stands there. */
export const SECRET = "4dabf18193072939515e22adb298388d";
const IS_SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A value that nobody may read, as a state that shows its secrets has it; an import encrypts it. */
export function secret(value: unknown): object {
  return { [SECRET]: IS_SECRET, plaintext: JSON.stringify(value) };
}

/** The name a resource was given in the program. */
export function nameIn(urn: string): string {
  return urn.replace(/^.*::/, "");
}

/** The URN of a resource's provider, without the provider's id. */
export function providerUrn({ provider = "" }: StateResource): string {
  return provider.replace(/::[^:]*$/, "");
}
