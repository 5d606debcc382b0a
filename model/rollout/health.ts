import type { Health } from "../catalogue/health.ts";
import { toWholeSeconds } from "../../lib/duration.ts";
import { commandLine } from "../../lib/shell.ts";
import type { CutoverVariables } from "./cutover-variables.ts";

/** Stands for the port of what has no http, where nobody asks for it. */
export const DEFAULT_HTTP_PORT = 80;

/** A health check in the two words the cutover script takes it in. */
export function cutoverCheck(health: Health, port: number): Pick<CutoverVariables, "HEALTH" | "HEALTH_ARG"> {
  if ("command" in health) return { HEALTH: "command", HEALTH_ARG: commandLine(health.command) };
  if ("path" in health) return { HEALTH: "path", HEALTH_ARG: `:${port}${health.path}` };
  return { HEALTH: "up", HEALTH_ARG: String(toWholeSeconds(health.up)) };
}

/**
 * The same check as Docker's, which runs it inside the container: a path is asked for with whatever the image has for
 * it, and counts as healthy in an image that has nothing. None for what only has to stay up.
 */
export function dockerCheck(health: Health, port: number): string[] | undefined {
  if ("command" in health) return ["CMD", ...health.command];
  if (!("path" in health)) return undefined;
  const url = `http://127.0.0.1:${port}${health.path}`;
  const bash =
    'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.1\\r\\nHost: 127.0.0.1:$1\\r\\nConnection: close\\r\\n\\r\\n" "$2" >&3 && ' +
    "read -r _ status _ <&3 && [[ $status == [23]* ]]";
  // One of them is in most images that have a shell: bash in Debian's and Red Hat's, wget in Alpine's. None starts an
  // interpreter, which on a host of many containers, each asked for as long as it lives, would be half of what it does.
  const ways = [
    ["wget", "-q", "-O", "/dev/null", url],
    ["curl", "-fsS", "-o", "/dev/null", url],
    ["bash", "-c", bash, "bash", String(port), health.path],
  ];
  const branches = ways.map((way) => `command -v ${way[0]} >/dev/null; then ${commandLine(way)}`);
  const names = ways.map(([name]) => name).join(", ");
  return ["CMD-SHELL", `if ${branches.join("; elif ")}; else echo "not checked: no ${names}"; fi`];
}
