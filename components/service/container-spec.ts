import type * as docker from "@pulumi/docker";
import { toWholeSeconds } from "../../lib/duration.ts";
import { DEFAULTS } from "../../model/catalogue/defaults.ts";
import type { Hook } from "../../model/catalogue/rollout.ts";
import { type LabelledStack, LABELS } from "../../model/container/labels.ts";
import { dockerCheck } from "../../model/rollout/health.ts";
import type { CutoverArgs } from "./cutover.ts";

/** Stands for the port of what has no http, where nobody asks for it. */
export const DEFAULT_HTTP_PORT = 80;

/** The container that is to take over. */
export function containerSpec(args: CutoverArgs, owner: LabelledStack): docker.ContainerArgs {
  const tests = dockerCheck(args.health, args.httpPort ?? DEFAULT_HTTP_PORT);
  return {
    ...commonSpec(args, owner, String(args.slot ?? 0), args.labels),
    // The mark of who serves, which the cutover moves; "unless-stopped" would leave all stopped after an engine was
    // killed and started again (seen with 20.10).
    restart: "always",
    // Checked fast by the cutover; from then on Docker does it slowly, because it costs CPU on every container.
    healthcheck: tests && { tests, interval: "30s", timeout: "5s" },
  };
}

/** The container of the pre-deploy job. */
export function preDeploySpec(
  args: CutoverArgs,
  owner: LabelledStack,
  { command }: Hook,
): docker.ContainerArgs {
  return { ...commonSpec(args, owner, "pre-deploy"), ports: undefined, command, restart: "no" };
}

function commonSpec(
  { service, container, stopGracePeriod = DEFAULTS.stopGracePeriod }: CutoverArgs,
  { project, stack }: LabelledStack,
  slot: string,
  labels?: CutoverArgs["labels"],
): docker.ContainerArgs {
  const ours = {
    [LABELS.project]: project,
    [LABELS.stack]: stack,
    [LABELS.service]: service,
    [LABELS.slot]: slot,
  };
  return {
    init: true,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    ...container,
    labels: Object.entries({ ...labels, ...ours }).map(([label, value]) => ({ label, value })),
    start: false,
    mustRun: false,
    destroyGraceSeconds: toWholeSeconds(stopGracePeriod),
    removeVolumes: false,
  };
}
