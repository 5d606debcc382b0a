import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type PastBuild, stagedIn } from "../metrics/builds.ts";
import { TYPES } from "../state/types.ts";

/** What of the inputs of docker-build's Image is read. */
interface ImageInputs {
  context: { location: string };
  builder: { name: string };
}

/** An image that the build plugin has been told to build. */
export interface BuildStep {
  urn: string;
  /** The folder of its staged sources. */
  staged: string | undefined;
  /** As buildx names it; undefined: the one that buildx takes by itself. */
  builder: string | undefined;
  /** In ms since 1970. */
  since: number;
}

const BUILDS = ["create", "update", "create-replacement"];

/** The images that the build plugin is at, by the engine's events. */
export class BuildSteps {
  private readonly underWay = new Map<string, BuildStep>();

  /** @param now in ms since 1970 */
  take({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent, now: number): void {
    const begun = resourcePreEvent?.metadata;
    if (begun?.type === TYPES.image && BUILDS.includes(begun.op)) {
      const { context, builder }: Partial<ImageInputs> = begun.new?.inputs ?? {};
      const staged = stagedIn(context?.location ?? "");
      this.underWay.set(begun.urn, { urn: begun.urn, staged, builder: builder?.name, since: now });
    }
    const ended = resOutputsEvent ?? resOpFailedEvent;
    if (ended) this.underWay.delete(ended.metadata.urn);
  }

  list(): BuildStep[] {
    return [...this.underWay.values()];
  }
}

/** An image whose build is over while the plugin is still at it. */
export interface EndedBuild {
  urn: string;
  /** Whether all of it was built and pushed. */
  pushed: boolean;
}

/**
 * The images whose builds are over, by the builders' own records, though the plugin is still at them. None while anything
 * is built: to end the plugin would end that too.
 */
export function findEnded(steps: readonly BuildStep[], builds: readonly PastBuild[]): EndedBuild[] {
  const recorded = steps.map(({ urn, staged, builder, since }) => ({
    urn,
    builds: builds.filter(
      ({ name, ref, created_at }) =>
        staged !== undefined &&
        stagedIn(name) === staged &&
        (builder === undefined || ref.startsWith(`${builder}/`)) &&
        Date.parse(created_at) >= since,
    ),
  }));
  if (recorded.some((step) => step.builds.some(({ completed_at }) => !completed_at))) return [];
  return recorded
    .filter((step) => step.builds.length)
    .map((step) => ({
      urn: step.urn,
      pushed: step.builds.every(({ status }) => status === "Completed"),
    }));
}
