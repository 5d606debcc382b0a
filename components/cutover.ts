import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Health } from "../model/catalogue.ts";
import { type Duration, toSeconds } from "../model/duration.ts";
import { gateFile } from "../model/gate.ts";
import { shellOn } from "../model/hosts.ts";
import type { Order } from "../model/order.ts";
import { commandLine, quote } from "../model/shell.ts";
import type { Host } from "./host.ts";

const SCRIPT = readFileSync(new URL("./cutover.sh", import.meta.url), "utf8");

/** The seconds a cutover waits, and for what. */
export interface CutoverArgs {
  /** The service's name: its label and its route's. */
  service: string;
  host: Host;
  /** The container's own settings: image, environment, volumes, … */
  container: Omit<docker.ContainerArgs, "name">;
  order: Order;
  health: Health;
  /** Port for a health path. */
  httpPort?: number | undefined;
  /** Route file for the edge; none for what is not reached through it. */
  route?: pulumi.Input<string> | undefined;
  /** Labels of the container besides Slipway's own. */
  labels?: Readonly<Record<string, string>> | undefined;
  startWithin?: Duration | undefined;
  grace?: Duration | undefined;
  /** Cutovers that must be done before this one begins. */
  after: readonly Cutover[];
}

/** A container, made but not started while the old one serves, and the command that puts it in the old one's place. */
export class Cutover extends pulumi.ComponentResource {
  readonly container: docker.Container;
  readonly command: command.local.Command;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Cutover", name, {}, opts);
    const { service, host, health } = args;
    const slot = "0";
    const startWithin = toSeconds(args.startWithin ?? "60 seconds");
    const grace = toSeconds(args.grace ?? "15 seconds");
    const labels = {
      "slipway.project": pulumi.getProject(),
      "slipway.stack": pulumi.getStack(),
      "slipway.service": service,
      "slipway.slot": slot,
    };

    this.container = new docker.Container(
      name,
      {
        init: true,
        restart: "unless-stopped",
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        // Checked fast by the cutover; from then on Docker does it slowly, because it costs CPU on every container.
        healthcheck:
          "command" in health
            ? { tests: ["CMD", ...health.command], interval: "30s", timeout: "5s" }
            : undefined,
        ...args.container,
        labels: Object.entries({ ...args.labels, ...labels }).map(([label, value]) => ({ label, value })),
        start: false,
        mustRun: false,
        destroyGraceSeconds: grace,
        removeVolumes: false,
      },
      {
        parent: this,
        provider: host.provider,
        // The plugin's default removes the old container before the new one is even pulled.
        deleteBeforeReplace: false,
        // The plugin takes a change of these for done without doing it.
        replaceOnChanges: ["healthcheck", "tmpfs", "init", "cpuQuota"],
        additionalSecretOutputs: ["envs"],
      },
    );

    const variables = {
      PROJECT: labels["slipway.project"],
      STACK: labels["slipway.stack"],
      SERVICE: service,
      SLOT: slot,
      NEW: this.container.id,
      ORDER: args.order,
      ROUTE: args.route ?? "",
      GATE: args.route === undefined ? "" : gateFile(service),
      ...healthVariables(health, args.httpPort),
      START_WITHIN: String(startWithin),
      GRACE: String(grace),
    };
    this.command = new command.local.Command(
      name,
      {
        create: commandLine(shellOn(host.address, "up")),
        delete: commandLine(shellOn(host.address, "down")),
        stdin: pulumi.output(variables).apply((values) => {
          const assignments = Object.entries(values).map(([key, value]) => `${key}=${quote(value)}`);
          return `${assignments.join("\n")}\n${SCRIPT}`;
        }),
        addPreviousOutputInEnv: false,
      },
      // Between commands only: a container that waited for another service's cutover would make --target fail.
      { parent: this, dependsOn: args.after.map((cutover) => cutover.command) },
    );
    this.registerOutputs({ container: this.container.id });
  }
}

function healthVariables(
  health: Health,
  httpPort: number | undefined,
): { HEALTH: string; HEALTH_ARG: string } {
  if ("command" in health) return { HEALTH: "command", HEALTH_ARG: commandLine(health.command) };
  if ("path" in health) return { HEALTH: "path", HEALTH_ARG: `:${httpPort ?? 80}${health.path}` };
  return { HEALTH: "up", HEALTH_ARG: String(Math.ceil(toSeconds(health.up))) };
}
