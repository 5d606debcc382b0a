import { appendFileSync, mkdirSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type Phase, type ProgramRun, type Span, phasesOf } from "../../model/metrics/phases.ts";
import { run } from "./run.ts";

const waits: Partial<Span>[] = [];
let declared = 0;

/**
 * Times how long the engine takes for something, from when it has what it needs until it is done. Nothing in a preview,
 * which does nothing.
 */
export function timed(phase: Phase, needs: pulumi.Input<unknown>, done: pulumi.Output<unknown>): void {
  if (pulumi.runtime.isDryRun() || !pulumi.runtime.getEngine()) return;
  if (!declared) {
    declared = Date.now();
    run.onEnd(writePhases);
  }
  const wait: Partial<Span> = { phase };
  waits.push(wait);
  pulumi.all([needs]).apply(() => (wait.from = Date.now()));
  done.apply(() => (wait.to = Date.now()));
}

/** At the program's end, also when an update fails. */
function writePhases(): void {
  const ended = Date.now();
  const spans = waits.flatMap(({ phase, from, to = ended }) => (phase && from ? [{ phase, from, to }] : []));
  const line: ProgramRun = {
    stack: pulumi.getStack(),
    started: new Date(run.started).toISOString(),
    phases: phasesOf(run.started, declared, spans, ended),
  };
  mkdirSync(".slipway", { recursive: true });
  appendFileSync(".slipway/phases.jsonl", `${JSON.stringify(line)}\n`);
}
