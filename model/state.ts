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

/** The name a resource was given in the program. */
export function nameIn(urn: string): string {
  return urn.replace(/^.*::/, "");
}
