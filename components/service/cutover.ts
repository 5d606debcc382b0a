import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../model/catalogue/defaults.ts";
import type { Service } from "../../model/catalogue/service.ts";
import { containerInputs, REPLACE_ON_CHANGES } from "../../model/container/fields.ts";
import type { ContainerSource } from "../../model/container/fields/field.ts";
import type { PublishedPort } from "../../model/container/ports.ts";
import { toWholeSeconds } from "../../lib/duration.ts";
import { secretVariables } from "../../model/container/files.ts";
import { type LabelledStack, stackName } from "../../model/container/labels.ts";
import { maintenanceFile } from "../../model/edge/maintenance.ts";
import { routeName } from "../../model/edge/names.ts";
import { cutoverCheck, DEFAULT_HTTP_PORT, leavesOwnProxy, PROXY_DELAY } from "../../model/rollout/health.ts";
import { CUTOVER_FILES, type CutoverVariables, cutoverInput } from "../../host/scripts/cutover.ts";
import { scriptEnvironment, scriptOn } from "../../host/ssh.ts";
import { beginMaking } from "../../host/unmade.ts";
import { names } from "../../model/rollout/resource-names.ts";
import type { Order } from "../../model/rollout/order.ts";
import { releaseRepository } from "../../host/scripts/retention.ts";
import { TYPES } from "../../model/state/types.ts";
import { commandLine } from "../../lib/shell.ts";
import type { Host } from "../host/host.ts";
import { ignoredOf, markOf } from "../program/marks.ts";
import { timed } from "../program/run.ts";
import { retentionFile } from "./retention.ts";

/** What lets a proxy of one's own know beforehand. */
const TO_LEAVE =
  "With a health command in an image that has sh, a proxy that goes by Docker's health takes it out before";

/** What is ready once its command is done. */
export interface Ready {
  readonly command: command.local.Command;
}

/** What runs, and how it takes over. */
export interface CutoverArgs {
  /** What services.ts says; for the edge what it would say. */
  entry: Service;
  /** Which of the service's replicas it is, from 0; the first one has the pre-deploy job. */
  slot?: number;
  host: Host;
  /** What the entry leaves open of the container. */
  container: Omit<
    ContainerSource,
    keyof LabelledStack | "slot" | "host" | "ipv6" | "entry" | "job" | "features"
  >;
  order: Order;
  /** What a preview adds about a stop-first roll. */
  outage?: string;
  /** Whose edge it is reached through, where that is not this stack's. */
  edge?: LabelledStack | undefined;
  /** Where the edge has it, and its route file; none for what is not reached through it. */
  route?: { origin: string; file: pulumi.Input<string> } | undefined;
  /** What puts the files of its containers on the host. */
  files?: command.local.Command | undefined;
  /** Containers after whose start its own is started again. @default none */
  restartAfter?: readonly docker.Container[];
  /** What must be done before this one begins. */
  after: readonly Ready[];
}

/** A container, made but not started while the old one serves, and the command that puts it in the old one's place. */
export class Cutover extends pulumi.ComponentResource {
  readonly container: docker.Container;
  readonly command: command.local.Command;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPES.cutover, name, {}, opts);
    const { entry, host, after, slot = 0 } = args;
    const owner = { project: pulumi.getProject(), stack: pulumi.getStack() };
    const options = {
      parent: this,
      provider: host.provider,
      dependsOn: args.files,
      replaceOnChanges: REPLACE_ON_CHANGES,
      additionalSecretOutputs: ["envs"],
    };
    const source = {
      ...{ ...owner, ...args.container, entry, slot: String(slot) },
      ...{ host: host.address.name, ipv6: host.features.ipv6, features: host.features },
    };
    const inputs = containerInputs(source);
    const ignoreChanges = ignoredOf(name, inputs.ports as PublishedPort[] | undefined);
    this.container = new docker.Container(
      name,
      inputs,
      // The plugin's default removes the old container before the new one is even pulled.
      { ...options, deleteBeforeReplace: false, ignoreChanges },
    );
    const hook = slot === 0 ? entry.preDeploy : undefined;
    const job =
      hook &&
      new docker.Container(
        names.preDeploy(name),
        containerInputs({ ...source, slot: "pre-deploy", job: hook }),
        options,
      );
    this.command = new command.local.Command(
      name,
      {
        create: scriptOn(host.address, [retentionFile(), ...CUTOVER_FILES], "up"),
        delete: scriptOn(host.address, CUTOVER_FILES, "down"),
        environment: { ...scriptEnvironment(host.address), ...markOf(name) },
        stdin: pulumi
          .all([
            this.container.id,
            job?.id ?? "",
            args.route?.file ?? "",
            pulumi.all((args.restartAfter ?? []).map(({ id }) => id)),
          ])
          .apply(([id, jobId, route, restartAfter]) =>
            cutoverInput(cutoverVariables(args, owner, { id, jobId, route, restartAfter })),
          ),
        addPreviousOutputInEnv: false,
        // On another host it is another command, so that the former one takes the route there away.
        triggers: [host.address.name],
      },
      // Between commands only: a container that waited for another service's cutover would make --target fail.
      { parent: this, dependsOn: after.map(({ command }) => command) },
    );
    timed("create", inputs, this.container.id);
    remember(host, inputs.image, this.container.id);
    timed("cutover", [this.container.id, ...after.map(({ command }) => command.id)], this.command.id);
    void this.announce(args);
  }

  /** Says in a preview how a container that is going to be replaced will be rolled. */
  private async announce({ entry, order, outage, container }: CutoverArgs): Promise<void> {
    if (!pulumi.runtime.isDryRun()) return;
    if (await isMade(this.container)) return;
    const gap = outage ?? "it does not answer between the old one's stop and the new one's start";
    const ownProxy =
      container.behindOwnProxy && !leavesOwnProxy(entry.health)
        ? `: requests that your proxy sends to the old one while that stops fail, unless it tries the new one then. ${TO_LEAVE}`
        : "";
    await pulumi.log.info(order === "stop-first" ? `stop-first: ${gap}` : `${order}${ownProxy}`, this);
  }
}

/** Whether a container is there already, and stays, as far as a preview can tell. */
export async function isMade({ id }: docker.Container): Promise<boolean> {
  // What the SDK itself goes by, though its declarations leave it out.
  return (id as unknown as { isKnown: Promise<boolean> }).isKnown;
}

/** So that `slipway up` can tell why it was not made. */
function remember(host: Host, image: pulumi.Input<string>, id: pulumi.Output<string>): void {
  if (pulumi.runtime.isDryRun()) return;
  pulumi.output(image).apply((ref) => {
    const made = beginMaking({ host: host.address, image: ref });
    id.apply(made);
  });
}

/** What the script is given, once the ids of what it moves between are known. */
function cutoverVariables(
  args: CutoverArgs,
  { project, stack }: LabelledStack,
  { id, jobId, route, restartAfter }: { id: string; jobId: string; route: string; restartAfter: string[] },
): CutoverVariables {
  const { entry } = args;
  const port = entry.http?.port ?? DEFAULT_HTTP_PORT;
  return {
    PROJECT: project,
    STACK: stack,
    SERVICE: entry.name,
    SLOT: String(args.slot ?? 0),
    HOST: args.host.address.name,
    NEW: id,
    PRE_DEPLOY: jobId,
    ORDER: args.order,
    RESTART: entry.restart ?? "always",
    RESTART_AFTER: restartAfter.join(" "),
    GATEWAY: entry.networkMode === "host" ? args.host.subnet.gateway : "",
    ROUTE: route,
    MAINTENANCE: args.route === undefined ? "" : maintenanceFile(routeName({ project, stack }, entry.name)),
    EDGE_STACK: args.edge === undefined ? "" : stackName(args.edge),
    SCHEME: entry.http?.protocol ?? "http",
    PORT: String(port),
    ORIGIN: args.route?.origin ?? "",
    ...cutoverCheck(entry),
    PIDS_LIMIT: args.host.features.pidsLimit ? (entry.pidsLimit ?? -1) : -1,
    PROXY_DELAY: args.container.behindOwnProxy ? PROXY_DELAY : 0,
    POST_DEPLOY: commandLine(entry.postDeploy?.command ?? []),
    SECRETS: secretVariables(entry).join(" "),
    START_TIMEOUT: toWholeSeconds(entry.startTimeout ?? DEFAULTS.startTimeout),
    MIN_READY: toWholeSeconds(entry.minReady ?? DEFAULTS.minReady),
    DRAIN_TIMEOUT: toWholeSeconds(entry.drainTimeout ?? DEFAULTS.drainTimeout),
    STOP_GRACE_PERIOD: toWholeSeconds(entry.stopGracePeriod ?? DEFAULTS.stopGracePeriod),
    PRE_DEPLOY_TIMEOUT: toWholeSeconds(entry.preDeploy?.timeout ?? DEFAULTS.preDeployTimeout),
    POST_DEPLOY_TIMEOUT: toWholeSeconds(entry.postDeploy?.timeout ?? DEFAULTS.postDeployTimeout),
    RELEASES: `${releaseRepository(project, stack)}/${entry.name}`,
  };
}
