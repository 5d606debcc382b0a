import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { BuildSteps, type EndedBuild, findEnded } from "../../model/image/stalled-builds.ts";
import { nameIn } from "../../model/state/resources.ts";
import { type BuilderName, listBuilds } from "../../stack/build-history.ts";
import { endOwnPlugin } from "../../stack/plugins.ts";
import { progress } from "../lib/progress.ts";

/** In ms: how often the builders are asked, and how long a build may be over before the plugin counts as standing still. */
const EVERY = 15_000;
const GRACE = 60_000;

/** Looks after the builds of an update under way. */
export interface BuildWatch {
  /** Is told what the engine does. */
  take: (event: EngineEvent) => void;
  /** Says what it has done, now that pulumi's display does not write over it. */
  stop: () => void;
}

/**
 * Ends the build plugin where it stands still although the builder is done, so that the update ends, which else goes on
 * for ever and keeps the stack locked. Seen with docker-build 0.0.22, which some outputs of builds stop.
 */
export function watchBuilds(builders: readonly BuilderName[]): BuildWatch {
  const steps = new BuildSteps();
  /** When each was first seen to be over, by its URN. By this machine's clock, as the builder's may be another. */
  let seen = new Map<string, number>();
  const stalled = new Map<string, EndedBuild>();
  const look = async () => {
    const now = Date.now();
    const underWay = steps.list();
    if (!underWay.some(({ since }) => now - since > GRACE)) return;
    const builds = await listBuilds(builders);
    const ended = findEnded(underWay, builds);
    seen = new Map(ended.map(({ urn }) => [urn, seen.get(urn) ?? now]));
    const late = ended.filter(({ urn }) => now - (seen.get(urn) ?? now) >= GRACE);
    for (const build of late) stalled.set(build.urn, build);
    if (late.length) endOwnPlugin("docker-build");
  };
  // A look that fails is made up for by the next.
  const timer = setInterval(() => void look().catch(() => undefined), EVERY);
  return {
    take: (event) => {
      steps.take(event, Date.now());
    },
    stop: () => {
      clearInterval(timer);
      for (const build of stalled.values()) progress(formatStalled(build));
    },
  };
}

function formatStalled({ urn, pushed }: EndedBuild): string {
  const [what, advice] = pushed
    ? ["it is built and pushed", "Run slipway up again, which takes what is built"]
    : ["its build has failed", "Mend it and run slipway up again"];
  return (
    `${nameIn(urn)}: ${what}, but for more than a minute the build plugin (docker-build) did not notice: it stood still, ` +
    `and was ended so that the update ends. ${advice}`
  );
}
