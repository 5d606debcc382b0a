import type { Health } from "../catalogue/health.ts";
import { portsOf } from "../catalogue/ports.ts";
import type { Service } from "../catalogue/service.ts";
import { toWholeSeconds } from "../../lib/duration.ts";
import { commandLine } from "../../lib/shell.ts";
import type { CutoverVariables } from "./cutover-variables.ts";

/** Stands for the port of what has no http, where nobody asks for it. */
export const DEFAULT_HTTP_PORT = 80;

/**
 * Seconds that a reverse proxy of one's own gets to notice that Docker calls a container healthy: Traefik gathers changes
 * for 2 s. Source: https://doc.traefik.io/traefik/reference/install-configuration/providers/overview/
 */
export const PROXY_DELAY = 4;

/** How the cutover script checks a service's new container, in the two words that it takes it in. */
export function cutoverCheck({
  health,
  http,
  ports = [],
}: Pick<Service, "health" | "http" | "ports">): Pick<CutoverVariables, "HEALTH" | "HEALTH_ARG"> {
  if (health === undefined || health === "image" || health === "none") {
    const published = ports
      .flatMap(portsOf)
      .filter(({ protocol }) => protocol === "tcp")
      .map(({ target }) => target);
    return { HEALTH: "image", HEALTH_ARG: (http ? [http.port] : [...new Set(published)]).join(" ") };
  }
  if ("command" in health) return { HEALTH: "command", HEALTH_ARG: commandLine(health.command) };
  if ("shell" in health)
    return { HEALTH: "command", HEALTH_ARG: commandLine(["/bin/sh", "-c", health.shell]) };
  if ("path" in health) return { HEALTH: "path", HEALTH_ARG: health.path };
  return { HEALTH: "up", HEALTH_ARG: String(toWholeSeconds(health.up)) };
}

/**
 * The same check as Docker's, which runs it inside the container; undefined where there is none but the image's own. None
 * for a path: to ask for one needs a program that scratch and distroless images lack, and a container that cannot be asked
 * is "unhealthy" to Docker, for ever.
 */
export function dockerCheck(health: Health | undefined): string[] | undefined {
  if (health === "none") return ["NONE"];
  if (typeof health !== "object") return undefined;
  if ("command" in health) return ["CMD", ...health.command];
  return "shell" in health ? ["CMD-SHELL", health.shell] : undefined;
}
