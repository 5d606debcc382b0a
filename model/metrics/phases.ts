/** What a program waits for the engine to do. */
export type Phase = "build" | "create" | "cutover";

/** One such wait, in ms since 1970. */
export interface Span {
  phase: Phase;
  from: number;
  to: number;
}

/**
 * Where the time of a program's run went, in seconds of wall time. Services are worked on side by side, so `build`,
 * `create` and `cutover` overlap and may add up to more than the run.
 */
export interface Phases {
  /** Until it had read sources and settings and declared the first image or container. */
  start: number;
  /** While at least one image was built and pushed, or looked up or copied where the stack promotes. */
  build: number;
  /** While at least one container was made: its image pulled, itself not yet started. */
  create: number;
  /** While at least one cutover ran: start, health, route, drain, stop. */
  cutover: number;
  /** While none of these went on. */
  rest: number;
}

/** What the program writes down at its end: a line of JSON. */
export interface ProgramRun {
  stack: string;
  /** As ISO 8601 has it. */
  started: string;
  phases: Phases;
}

/** A run's phases; all times in ms since 1970. */
export function phasesOf(begun: number, declared: number, spans: readonly Span[], ended: number): Phases {
  const during = (phase: Phase) => covered(spans.filter((span) => span.phase === phase));
  const busy = covered([...spans, { from: begun, to: declared }]);
  return {
    start: seconds(declared - begun),
    build: seconds(during("build")),
    create: seconds(during("create")),
    cutover: seconds(during("cutover")),
    rest: seconds(ended - begun - busy),
  };
}

/** From ms, to the millisecond. */
function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

/** How many ms are in at least one of the spans. */
function covered(spans: readonly Pick<Span, "from" | "to">[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
