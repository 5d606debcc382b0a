import type { Build } from "./builds.ts";
import { type PlatformSize, total } from "../image/size.ts";
import type { Phases } from "./phases.ts";
import type { Change } from "../history/releases.ts";
import type { Update } from "../history/update.ts";
import { digestOf } from "../image/reference.ts";

/** What one `pulumi up` came to: a line of the metrics file, as JSON. Holds names and figures, no message and no value. */
export interface UpdateMetrics {
  /** When it began, as ISO 8601 has it, to the second: tells it from a stack's other updates. */
  started: string;
  /** Which of the stack's updates it is, from 1; none of an interrupted one. */
  number?: number | undefined;
  /** interrupted: by Ctrl-C in `slipway up`; killed: `pulumi` itself was, under `slipway up`. */
  outcome: "succeeded" | "failed" | "interrupted" | "killed";
  /** From its start to its end, in whole seconds, as Pulumi's history has it. */
  seconds: number;
  /** The commit it was run from. */
  commit?: string | undefined;
  /** How many resources it created, updated, replaced, left the same, …, in Pulumi's words. */
  changes: Readonly<Record<string, number>>;
  /** What it did to services; unknown where the backend does not give out what an update left. */
  services?: ServiceMetrics[] | undefined;
  /** The builds that the builders recorded while it ran, as far as they still knew when this line was written. */
  builds: Build[];
  /** Unknown where the program ran on another machine or was killed. */
  phases?: Phases | undefined;
}

/** What an update did to a service. */
export interface ServiceMetrics extends Pick<Change, "service" | "outcome"> {
  /** What it was to run. */
  digest?: string | undefined;
  /** What that weighs in the registry, in bytes, on the platform where it weighs most; unknown where nobody asked. */
  bytes?: number | undefined;
  /** How much of that are layers which its release before had not: the most that had to travel to a host. In bytes. */
  newBytes?: number | undefined;
}

/** What is known of an update besides its record. */
export interface UpdateContext {
  changes: readonly Change[] | undefined;
  builds: Build[];
  phases: Phases | undefined;
  interrupted: boolean;
  /** What the registry said of a digest. */
  sizes: (digest: string) => readonly PlatformSize[] | undefined;
  /** The digest that a service was rolled to before. */
  before: (service: string) => string | undefined;
}

/** Whether it is one that has its line: an `up` that has ended. */
export function isMeasured({ kind, result, started, ended }: Update): boolean {
  return kind === "update" && result !== "in-progress" && started !== undefined && ended !== undefined;
}

/** The line of an update that Pulumi has recorded. */
export function metricsOf(update: Update, context: UpdateContext): UpdateMetrics {
  const { number, result, started = "", ended = "", commit, resourceChanges = {} } = update;
  const failed = context.interrupted ? "interrupted" : "failed";
  return {
    started,
    number,
    outcome: result === "succeeded" ? "succeeded" : failed,
    seconds: (Date.parse(ended) - Date.parse(started)) / 1000,
    commit,
    changes: resourceChanges,
    services: context.changes?.map((change) => serviceMetrics(change, context)),
    builds: context.builds,
    phases: context.phases,
  };
}

function serviceMetrics(
  { service, outcome, image }: Change,
  { sizes, before }: UpdateContext,
): ServiceMetrics {
  const digest = digestOf(image);
  const now = digest === undefined ? undefined : heaviest(sizes(digest));
  const last = before(service);
  const old = last === undefined ? undefined : sizes(last);
  const had = old?.find(({ platform }) => platform === now?.platform)?.layers;
  const fresh = now?.layers.filter((layer) => !had?.some(({ digest }) => digest === layer.digest));
  return {
    service,
    outcome,
    digest,
    bytes: now && total(now),
    newBytes: now && fresh && (had ?? last === undefined) ? total({ ...now, layers: fresh }) : undefined,
  };
}

/** An image on the platform where it weighs most. */
export function heaviest(sizes: readonly PlatformSize[] | undefined): PlatformSize | undefined {
  return sizes?.toSorted((a, b) => total(b) - total(a))[0];
}

/** A metrics file's lines, oldest first. What is no whole line, as after a full disk, is passed over. */
export function parseLines<T>(text: string): T[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}
