import * as pulumi from "@pulumi/pulumi";
import { marksIn } from "../../model/rollout/marks.ts";
import type { StateResource } from "../../model/state/resources.ts";

/** What a run of the program knows of its cutovers' marks. */
interface Marks {
  again: readonly string[];
  /** When the run began, as ISO 8601. */
  now: string;
  previous: ReadonlyMap<string, string>;
}

/** By the stack resource that Pulumi makes for each run. */
const runs = new WeakMap<pulumi.Resource, Marks>();

function marks(): Marks {
  const stack = pulumi.runtime.getStackResource();
  const known = stack && runs.get(stack);
  if (known) return known;
  const made: Marks = { again: [], now: new Date().toISOString(), previous: new Map() };
  if (stack) runs.set(stack, made);
  return made;
}

/** Makes cutovers of the stack that is being declared now run once more, though all that they are given is the same. */
export function runAgain(names: readonly string[]): void {
  marks().again = names;
}

/** Keeps the marks that the last update left, so that nothing runs for their sake. */
export function keepMarks(previousState: readonly StateResource[]): void {
  marks().previous = marksIn(previousState);
}

/** The variables that mark a cutover of that name: none where it never had to run once more. */
export function markOf(name: string): Record<string, string> {
  const { again, now, previous } = marks();
  const mark = again.includes(name) ? now : previous.get(name);
  return mark === undefined ? {} : { MENDED: mark };
}
