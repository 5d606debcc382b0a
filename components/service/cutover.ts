import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../model/catalogue/defaults.ts";
import type { Health } from "../../model/catalogue/health.ts";
import type { Hook } from "../../model/catalogue/rollout.ts";
import { type Duration, toSeconds } from "../../lib/duration.ts";
import { LABELS } from "../../model/container/labels.ts";
import { gateFile } from "../../model/edge/maintenance.ts";
import { cutoverCheck, dockerCheck } from "../../model/rollout/health.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import type { Order } from "../../model/rollout/order.ts";
import { RETENTION_SCRIPT, releaseRepository } from "../../host/scripts/retention.ts";
import { TYPES } from "../../model/state/types.ts";
import { assignments, commandLine } from "../../lib/shell.ts";
import type { Host } from "../host/host.ts";
import { timed } from "../program/timing.ts";
import { retentionFile } from "./retention.ts";

const SCRIPT = "host/scripts/cutover.sh";

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
    const { service, host, health, httpPort = 80 } = args;
    const grace = seconds(args.stopGracePeriod ?? DEFAULTS.stopGracePeriod);
    const containerArgs = (slot: string, more?: CutoverArgs["labels"]): docker.ContainerArgs => ({
      init: true,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      ...args.container,
      labels: Object.entries({
        ...more,
        [LABELS.project]: pulumi.getProject(),
        [LABELS.stack]: pulumi.getStack(),
        [LABELS.service]: service,
        [LABELS.slot]: slot,
      }).map(([label, value]) => ({ label, value })),
      start: false,
      mustRun: false,
      destroyGraceSeconds: grace,
      removeVolumes: false,
    });
    const options = {
      parent: this,
      provider: host.provider,
      // The plugin takes a change of these for done without doing it.
      replaceOnChanges: ["healthcheck", "tmpfs", "init", "cpuQuota"],
      additionalSecretOutputs: ["envs"],
    };
    const slot = String(args.slot ?? 0);
    const tests = dockerCheck(health, httpPort);
    this.container = new docker.Container(
      name,
      {
        ...containerArgs(slot, args.labels),
        // The mark of who answers, which the cutover moves; "unless-stopped" would leave all stopped after an engine
        // was killed and started again (seen with 20.10).
        restart: "always",
        // Checked fast by the cutover; from then on Docker does it slowly, because it costs CPU on every container.
        healthcheck: tests && { tests, interval: "30s", timeout: "5s" },
      },
      // The plugin's default removes the old container before the new one is even pulled.
      { ...options, deleteBeforeReplace: false },
    );
    const job =
      args.preDeploy &&
      new docker.Container(
        `${name}.pre-deploy`,
        {
          ...containerArgs("pre-deploy"),
          ports: undefined,
          command: args.preDeploy.command,
          restart: "no",
        },
        options,
      );

    const variables = {
      PROJECT: pulumi.getProject(),
      STACK: pulumi.getStack(),
      SERVICE: service,
      SLOT: slot,
      NEW: this.container.id,
      JOB: job?.id ?? "",
      ORDER: args.order,
      ROUTE: args.route ?? "",
      GATE: args.route === undefined ? "" : gateFile(service),
      PORT: String(httpPort),
      ...cutoverCheck(health, httpPort),
      CHECK: commandLine(args.postDeploy?.command ?? []),
      SECRETS: (args.secretVariables ?? []).join(" "),
      START_WITHIN: seconds(args.startTimeout ?? DEFAULTS.startTimeout),
      STEADY: seconds(args.minReady ?? DEFAULTS.minReady),
      DRAIN: seconds(args.drainTimeout ?? DEFAULTS.drainTimeout),
      GRACE: grace,
      JOB_WITHIN: seconds(args.preDeploy?.timeout ?? DEFAULTS.preDeployTimeout),
      CHECK_WITHIN: seconds(args.postDeploy?.timeout ?? DEFAULTS.postDeployTimeout),
      RELEASES: `${releaseRepository(pulumi.getProject(), pulumi.getStack())}/${service}`,
    };
    this.command = new command.local.Command(
      name,
      {
        create: scriptOn(host.address, [retentionFile(), RETENTION_SCRIPT, SCRIPT], "up"),
        delete: scriptOn(host.address, [SCRIPT], "down"),
        environment: scriptEnvironment(host.address),
        stdin: pulumi.output(variables).apply(assignments),
        addPreviousOutputInEnv: false,
      },
      // Between commands only: a container that waited for another service's cutover would make --target fail.
      { parent: this, dependsOn: args.after.map((cutover) => cutover.command) },
    );
    timed("create", args.container, this.container.id);
    const before = args.after.map((cutover) => cutover.command.id);
    timed("cutover", [this.container.id, ...before], this.command.id);
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

/** In whole seconds, as the script and Docker count. */
function seconds(duration: Duration): number {
  return Math.ceil(toSeconds(duration));
}
