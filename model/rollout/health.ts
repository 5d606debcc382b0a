import type { Health } from "../catalogue/health.ts";
import { portsOf } from "../catalogue/ports.ts";
import type { Service } from "../catalogue/service.ts";
import { toGoDuration, toWholeSeconds } from "../../lib/duration.ts";
import type { HostFeatures } from "../host/features.ts";
import { commandLine } from "../../lib/shell.ts";
import type { CutoverVariables } from "./cutover-variables.ts";

/** Stands for the port of what has no http, where nobody asks for it. */
export const DEFAULT_HTTP_PORT = 80;

/**
 * Seconds that a reverse proxy of one's own gets to notice that Docker calls a container healthy: Traefik gathers changes
 * for 2 s. Source: https://doc.traefik.io/traefik/reference/install-configuration/providers/overview/
 */
export const PROXY_DELAY = 4;

/**
 * While this file of a container has content, its Docker check fails, so that a proxy takes it out though it still answers.
 * Every container has a tmpfs of its own there, which stays writable with a read-only root, and ends with each stop.
 * host/scripts/own-proxy.sh spells the same name.
 */
const LEAVING_FILE = "/dev/shm/slipway-leaving";

/** How the cutover script checks a service's new container, in the two words that it takes it in. */
export function cutoverCheck({
  health,
  http,
  ports = [],
}: Pick<Service, "health" | "http" | "ports">): Pick<CutoverVariables, "HEALTH" | "HEALTH_ARG"> {
  // A shell's line is run as Docker would run it, which it says of the container.
  if (health === undefined || typeof health === "string" || "shell" in health) {
    const published = ports
      .flatMap(portsOf)
      .filter(({ protocol }) => protocol === "tcp")
      .map(({ target }) => target);
    return { HEALTH: "image", HEALTH_ARG: (http ? [http.port] : [...new Set(published)]).join(" ") };
  }
  if ("command" in health) return { HEALTH: "command", HEALTH_ARG: commandLine(health.command) };
  if ("path" in health) return { HEALTH: "path", HEALTH_ARG: health.path };
  return { HEALTH: "up", HEALTH_ARG: String(toWholeSeconds(health.up)) };
}

/** A check as the Docker plugin takes it. */
export interface DockerCheck {
  tests: string[];
  interval?: string;
  timeout?: string;
  startPeriod?: string;
  startInterval?: string;
  retries?: number;
}

/**
 * The same check as Docker's, which runs it inside the container; undefined where there is none but the image's own. None
 * for a path: to ask for one needs a program that scratch and distroless images lack, and a container that cannot be asked
 * is "unhealthy" to Docker, for ever.
 *
 * Docker does it slowly, because it costs CPU on every container for as long as it lives; the cutover checks fast. A proxy
 * that goes by Docker's health takes a new container after Docker's first check, which comes after one interval, and lets go
 * of an old one after so many retries.
 */
export function dockerCheck(
  health: Health | undefined,
  {
    behindOwnProxy = false,
    features,
  }: { behindOwnProxy?: boolean | undefined; features?: HostFeatures | undefined } = {},
): DockerCheck | undefined {
  if (health === "none") return { tests: ["NONE"] };
  const check = ownCheck(health);
  if (!check || typeof health !== "object" || "path" in health || "up" in health) return undefined;
  const { interval, timeout = "5 seconds", retries, startPeriod, startInterval } = health;
  return {
    tests: behindOwnProxy && leavesOwnProxy(health) ? unlessLeaving(check) : check,
    // The plugin compares texts, and reads them as Go prints them: "90s" would be a change, from "1m30s", for ever.
    interval: toGoDuration(interval ?? (behindOwnProxy ? "5 seconds" : "30 seconds")),
    timeout: toGoDuration(timeout),
    ...((retries ?? behindOwnProxy) && { retries: retries ?? 2 }),
    ...(startPeriod && { startPeriod: toGoDuration(startPeriod) }),
    ...(startInterval && features?.startInterval && { startInterval: toGoDuration(startInterval) }),
  };
}

/** Whether a container can have a proxy that goes by Docker's health take it out before it is stopped. */
export function leavesOwnProxy(health: Health | undefined): boolean {
  if (typeof health !== "object") return false;
  return "shell" in health || ("command" in health && (health.hasShell ?? true));
}

/** A check by what runs in the container, in Docker's words. */
function ownCheck(health: Health | undefined): [kind: string, ...words: string[]] | undefined {
  if (typeof health !== "object") return undefined;
  if ("command" in health) return ["CMD", ...health.command];
  return "shell" in health ? ["CMD-SHELL", health.shell] : undefined;
}

/** The same check behind a look at the file. Its words arrive as they are: the sh that looks reads none of them. */
function unlessLeaving([kind, ...words]: [kind: string, ...words: string[]]): string[] {
  const command = kind === "CMD" ? words : ["/bin/sh", "-c", ...words];
  return ["CMD", "sh", "-c", `[ ! -s ${LEAVING_FILE} ] && exec "$@"`, "sh", ...command];
}
