import { appendFileSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import * as pulumi from "@pulumi/pulumi";
import { makeFolder } from "../../lib/files.ts";
import { inProject, kept } from "../../lib/paths.ts";
import { type Phase, type ProgramRun, type Span, phasesOf } from "../../model/metrics/phases.ts";

/** One run of the program, and how long its phases take. */
export class Run {
  private readonly started: number;
  private readonly stack = pulumi.getStack();
  private readonly waits: Partial<Span>[] = [];
  /** When the first resource was declared whose phases count. */
  private declared: number | undefined;

  /** @param started when it began, in ms since 1970 */
  constructor(started: number) {
    this.started = started;
  }

  /** Times how long the engine takes for something, from when it has what it needs until it is done. */
  time(phase: Phase, needs: pulumi.Input<unknown>, done: pulumi.Output<unknown>): void {
    this.declared ??= Date.now();
    const wait: Partial<Span> = { phase };
    this.waits.push(wait);
    pulumi.all([needs]).apply(() => (wait.from = Date.now()));
    done.apply(() => (wait.to = Date.now()));
  }

  /** Writes down its phases, if it has come to any: at its end, also when it fails. */
  end(): void {
    const { started, stack, declared, waits } = this;
    if (declared === undefined) return;
    const ended = Date.now();
    const spans = waits.flatMap(({ phase, from, to = ended }) =>
      phase && from ? [{ phase, from, to }] : [],
    );
    const phases = phasesOf(started, declared, spans, ended);
    const line: ProgramRun = { stack, started: new Date(started).toISOString(), phases };
    const file = inProject(kept.phases());
    makeFolder(dirname(file));
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}

/** The runs of this process, by the stack resource that Pulumi makes for each. */
const runs = new WeakMap<pulumi.Resource, Run>();

/** Makes a run that of the stack which is being declared now, as who runs the program does before it loads index.ts. */
export function beginRun(started: number): Run {
  const run = new Run(started);
  const stack = pulumi.runtime.getStackResource();
  if (stack) runs.set(stack, run);
  return run;
}

/**
 * Times a phase of the run that is being declared. Nothing in a preview, which does nothing, and under the mocks of tests.
 * @see Run.time
 */
export function timed(phase: Phase, needs: pulumi.Input<unknown>, done: pulumi.Output<unknown>): void {
  const stack = pulumi.runtime.getStackResource();
  if (!stack || pulumi.runtime.isDryRun() || !pulumi.runtime.getEngine()) return;
  (runs.get(stack) ?? ownRun()).time(phase, needs, done);
}

/** The run for which Pulumi has started this process, whose end is the run's. */
function ownRun(): Run {
  const run = beginRun(performance.timeOrigin);
  process.once("exit", () => {
    run.end();
  });
  return run;
}
