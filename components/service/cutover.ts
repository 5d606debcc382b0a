import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../model/catalogue/defaults.ts";
import type { Health } from "../../model/catalogue/health.ts";
import type { Hook } from "../../model/catalogue/rollout.ts";
import { type Duration, toWholeSeconds } from "../../lib/duration.ts";
import { REPLACE_ON_CHANGES } from "../../model/container/fields.ts";
import type { LabelledStack } from "../../model/container/labels.ts";
import { maintenanceFile } from "../../model/edge/maintenance.ts";
import { cutoverCheck } from "../../model/rollout/health.ts";
import { CUTOVER_FILES, type CutoverVariables, cutoverInput } from "../../host/scripts/cutover.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import { names } from "../../model/rollout/names.ts";
import type { Order } from "../../model/rollout/order.ts";
import { releaseRepository } from "../../host/scripts/retention.ts";
import { TYPES } from "../../model/state/types.ts";
import { commandLine } from "../../lib/shell.ts";
import type { Host } from "../host/host.ts";
import { timed } from "../program/run.ts";
import { DEFAULT_HTTP_PORT, containerSpec, preDeploySpec } from "./container-spec.ts";
import { retentionFile } from "./retention.ts";

/** What runs, and how it takes over. */
export interface CutoverArgs {
  /** The service's name: its label and its route's. */
  service: string;
  /** Which of the service's replicas it is, from 0. */
  slot?: number;
  host: Host;
  /** The container's own settings: image, environment, volumes, … */
  container: Omit<docker.ContainerArgs, "name" | "labels">;
  order: Order;
  /** What a preview adds about a stop-first roll. */
  outage?: string;
  health: Health;
  /** Port of a health path and of the route's servers. */
  httpPort?: number | undefined;
  /** Route file for the edge; none for what is not reached through it. */
  route?: pulumi.Input<string> | undefined;
  /** Labels of the container besides Slipway's own. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Run to its end from the same image, with the same environment, before the container is started. */
  preDeploy?: Hook | undefined;
  /** Run in the container when it has the requests. */
  postDeploy?: Hook | undefined;
  /** Names of the environment variables that no message may show. */
  secretVariables?: readonly string[];
  startTimeout?: Duration | undefined;
  minReady?: Duration | undefined;
  drainTimeout?: Duration | undefined;
  stopGracePeriod?: Duration | undefined;
  /** Cutovers that must be done before this one begins. */
  after: readonly Cutover[];
}

/** A container, made but not started while the old one serves, and the command that puts it in the old one's place. */
export class Cutover extends pulumi.ComponentResource {
  readonly container: docker.Container;
  readonly command: command.local.Command;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPES.cutover, name, {}, opts);
    const { host, preDeploy, after } = args;
    const owner = { project: pulumi.getProject(), stack: pulumi.getStack() };
    const options = {
      parent: this,
      provider: host.provider,
      replaceOnChanges: REPLACE_ON_CHANGES,
      additionalSecretOutputs: ["envs"],
    };
    this.container = new docker.Container(
      name,
      containerSpec(args, owner),
      // The plugin's default removes the old container before the new one is even pulled.
      { ...options, deleteBeforeReplace: false },
    );
    const job =
      preDeploy &&
      new docker.Container(names.preDeploy(name), preDeploySpec(args, owner, preDeploy), options);
    this.command = new command.local.Command(
      name,
      {
        create: scriptOn(host.address, [retentionFile(), ...CUTOVER_FILES], "up"),
        delete: scriptOn(host.address, CUTOVER_FILES, "down"),
        environment: scriptEnvironment(host.address),
        stdin: pulumi
          .all([this.container.id, job?.id ?? "", args.route ?? ""])
          .apply(([id, jobId, route]) => cutoverInput(cutoverVariables(args, owner, id, jobId, route))),
        addPreviousOutputInEnv: false,
      },
      // Between commands only: a container that waited for another service's cutover would make --target fail.
      { parent: this, dependsOn: after.map((cutover) => cutover.command) },
    );
    timed("create", args.container, this.container.id);
    timed("cutover", [this.container.id, ...after.map(({ command }) => command.id)], this.command.id);
    void this.announce(args);
  }

  /** Says in a preview how a container that is going to be replaced will be rolled. */
  private async announce({ order, outage }: CutoverArgs): Promise<void> {
    if (!pulumi.runtime.isDryRun()) return;
    // What the SDK itself goes by, though its declarations leave it out.
    const { isKnown } = this.container.id as unknown as { isKnown: Promise<boolean> };
    if (await isKnown) return;
    const gap = outage ?? "it does not answer between the old one's stop and the new one's start";
    await pulumi.log.info(order === "stop-first" ? `stop-first: ${gap}` : order, this);
  }
}

/** What the script is given, once the ids of what it moves between are known. */
function cutoverVariables(
  args: CutoverArgs,
  { project, stack }: LabelledStack,
  id: string,
  jobId: string,
  route: string,
): CutoverVariables {
  const { service, httpPort = DEFAULT_HTTP_PORT, preDeploy, postDeploy } = args;
  return {
    PROJECT: project,
    STACK: stack,
    SERVICE: service,
    SLOT: String(args.slot ?? 0),
    NEW: id,
    PRE_DEPLOY: jobId,
    ORDER: args.order,
    ROUTE: route,
    MAINTENANCE: args.route === undefined ? "" : maintenanceFile(service),
    PORT: String(httpPort),
    ...cutoverCheck(args.health, httpPort),
    POST_DEPLOY: commandLine(postDeploy?.command ?? []),
    SECRETS: (args.secretVariables ?? []).join(" "),
    START_TIMEOUT: toWholeSeconds(args.startTimeout ?? DEFAULTS.startTimeout),
    MIN_READY: toWholeSeconds(args.minReady ?? DEFAULTS.minReady),
    DRAIN_TIMEOUT: toWholeSeconds(args.drainTimeout ?? DEFAULTS.drainTimeout),
    STOP_GRACE_PERIOD: toWholeSeconds(args.stopGracePeriod ?? DEFAULTS.stopGracePeriod),
    PRE_DEPLOY_TIMEOUT: toWholeSeconds(preDeploy?.timeout ?? DEFAULTS.preDeployTimeout),
    POST_DEPLOY_TIMEOUT: toWholeSeconds(postDeploy?.timeout ?? DEFAULTS.postDeployTimeout),
    RELEASES: `${releaseRepository(project, stack)}/${service}`,
  };
}
