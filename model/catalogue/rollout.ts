import * as z from "zod";
import { dependsOn } from "./dependencies.ts";
import { comesAfter } from "../rollout/order.ts";
import { hostOf } from "../rollout/placement.ts";
import { loopProblems, unknownName } from "./names.ts";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { command, duration, wholeNumber } from "./values.ts";

const hook = z.strictObject({
  /** The program and its arguments, run as they stand: the image's ENTRYPOINT has no part in it. */
  command,
  /** The longest it may take. @default "10 minutes" for preDeploy, "60 seconds" for postDeploy */
  timeout: duration.optional(),
});

/** A command that runs before or after a new container takes over. */
export type Hook = z.infer<typeof hook>;

/** Where a service runs, and how a new container of it takes over from the old one. */
export const rolloutFields = {
  /** The host it runs on. @default the stack's first host */
  host: z.string().optional(),
  /** Services it calls: those are healthy first, and answer as `http://<name>` (without http: at `<name>`). */
  uses: z.array(z.string()).optional(),
  /**
   * Services whose cutovers come before its own, each with what is waited for: "healthy" and "started" until it serves,
   * "completed" until it has ended with 0 (one with restart "no"). For the order alone; `uses` gives a name that survives rolls.
   */
  dependsOn: dependsOn.optional(),
  /** The longest a new container may take to become healthy. @default "60 seconds" */
  startTimeout: duration.optional(),
  /** How long it must stay healthy before it takes over. @default "0 seconds" */
  minReady: duration.optional(),
  /** The longest that requests under way at the old one may take before it gets the stop signal. @default "10 seconds" */
  drainTimeout: duration.optional(),
  /**
   * The longest the old one may take to end after the stop signal, before it is killed; the engine's own stop with its host
   * gives it as long. @default "15 seconds"
   */
  stopGracePeriod: duration.optional(),
  /**
   * Whether the new one starts before the old one stops. @default "stop-first" with ports, with volumes, or where others
   * use it without the edge; else "start-first"
   */
  order: z.enum(["start-first", "stop-first"]).optional(),
  /** How many containers of it run, rolled one after the other, 1 to 20. @default 1 */
  replicas: wholeNumber(1, 20).optional(),
  /**
   * Runs in a container of its own from the new image, with the service's environment, volumes and network, but not under
   * its name, before the new container starts: a migration. Once for each release; when it fails the old container keeps
   * serving.
   */
  preDeploy: hook.optional(),
  /** Runs in the new container once it serves requests; when it fails the old container gets them back. */
  postDeploy: hook.optional(),
};

/** Hosts and services that do not exist, services that use each other, and replicas that would get in each other's way. */
export const rolloutProblems: Check = ({ services }, { hosts }) => {
  const names = services.map(({ name }) => name);
  return [
    ...services.flatMap(({ name, uses = [], host }) => [
      ...uses.flatMap((used, index) => unknownName(`services/${name}/uses/${index}`, "service", used, names)),
      ...(host ? unknownName(`services/${name}/host`, "host", host, hosts) : []),
    ]),
    ...services.flatMap((service) => farProblems(service, services, hosts)),
    ...services.flatMap(replicaProblems),
    ...orderProblems(services),
  ];
};

/** Loops of what comes after what: where `uses` alone leads round, that says it. */
function orderProblems(services: readonly Service[]): string[] {
  const loops = loopProblems("uses", new Map(services.map(({ name, uses = [] }) => [name, uses])));
  if (loops.length) return loops;
  return loopProblems("dependsOn", new Map(services.map((service) => [service.name, comesAfter(service)])));
}

/** What it uses on other hosts: the names inside lead to its own host's edge, which knows no such service. */
function farProblems(service: Service, services: readonly Service[], hosts: readonly string[]): string[] {
  const near = hostOf(service, hosts);
  return (service.uses ?? []).flatMap((used, index) => {
    const other = services.find(({ name }) => name === used);
    const far = other && hostOf(other, hosts);
    if (!other || !far || far === near || ![far, near].every((host) => hosts.includes(host))) return [];
    const way = other.http
      ? "call it by its public name, without uses"
      : "publish one of its ports, without uses";
    return [
      `services/${service.name}/uses/${index}: ${used} is on host ${far}, ${service.name} on ${near}; names inside end at ` +
        `a host. Put both on one host, or ${way}`,
    ];
  });
}

/** What two replicas of a service on one host would fight over. */
function replicaProblems({ name, replicas = 1, ports, volumes }: Service): string[] {
  const shared = [
    ports?.some(({ published }) => published !== undefined) && "publishes a host port",
    volumes?.some(({ readOnly }) => !readOnly) && "writes a volume",
  ].filter(Boolean);
  if (replicas === 1 || !shared.length) return [];
  return [`services/${name}/replicas: must be 1 as it ${shared.join(" and ")}, got ${replicas}`];
}
