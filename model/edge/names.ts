import type { LabelledStack } from "../container/labels.ts";

/**
 * What the edge calls a service's router, its route file and all that goes with them: several stacks may stand behind
 * one edge, and "+" is in the name of none.
 */
export function routeName({ project, stack }: LabelledStack, service: string): string {
  return `${project}+${stack}+${service}`;
}

/** The service of a route's name, or of one with `_` and more behind it, if it is this stack's. */
export function serviceOf(owner: LabelledStack, name: string): string | undefined {
  const prefix = routeName(owner, "");
  return name.startsWith(prefix) ? name.slice(prefix.length).replace(/_.*$/, "") : undefined;
}
