import * as pulumi from "@pulumi/pulumi";
import { type PublishedPort, formatPorts, portsIn } from "../../model/container/ports.ts";
import { marksIn } from "../../model/rollout/marks.ts";
import type { StateResource } from "../../model/state/resources.ts";

/** What a run of the program knows of its cutovers' marks, and of the ports that their containers have. */
interface Marks {
  again: readonly string[];
  /** When the run began, as ISO 8601. */
  now: string;
  previous: ReadonlyMap<string, string>;
  ports: ReadonlyMap<string, string>;
}

/** By the stack resource that Pulumi makes for each run. */
const runs = new WeakMap<pulumi.Resource, Marks>();

function marks(): Marks {
  const stack = pulumi.runtime.getStackResource();
  const known = stack && runs.get(stack);
  if (known) return known;
  const made: Marks = { again: [], now: new Date().toISOString(), previous: new Map(), ports: new Map() };
  if (stack) runs.set(stack, made);
  return made;
}

/** Makes cutovers of the stack that is being declared now run once more, though all that they are given is the same. */
export function runAgain(names: readonly string[]): void {
  marks().again = names;
}

/** Keeps the marks and the order of ports that the last update left, so that nothing runs for their sake. */
export function keepMarks(previousState: readonly StateResource[]): void {
  Object.assign(marks(), { previous: marksIn(previousState), ports: portsIn(previousState) });
}

/**
 * What Pulumi ignores of a container of that name: its ports where they are those it has, in another order. A refresh
 * takes the engine's order for a change, for which the container would roll.
 */
export function ignoredOf(name: string, ports: readonly PublishedPort[] | undefined): string[] {
  return marks().ports.get(name) === formatPorts(ports) ? ["ports"] : [];
}

/** The variables that mark a cutover of that name: none where it never had to run once more. */
export function markOf(name: string): Record<string, string> {
  const { again, now, previous } = marks();
  const mark = again.includes(name) ? now : previous.get(name);
  return mark === undefined ? {} : { MENDED: mark };
}
