import type { Health } from "./catalogue.ts";
import { toSeconds } from "./duration.ts";
import { commandLine } from "./shell.ts";

/** A health check in the two words the cutover script takes it in. */
export function cutoverCheck(health: Health, port: number): { HEALTH: string; HEALTH_ARG: string } {
  if ("command" in health) return { HEALTH: "command", HEALTH_ARG: commandLine(health.command) };
  if ("path" in health) return { HEALTH: "path", HEALTH_ARG: `:${port}${health.path}` };
  return { HEALTH: "up", HEALTH_ARG: String(Math.ceil(toSeconds(health.up))) };
}

/**
 * The same check as Docker's, which runs it inside the container: a path is asked for with whatever the image has for
 * it, and counts as healthy in an image that has nothing. None for what only has to stay up.
 */
export function dockerCheck(health: Health, port: number): string[] | undefined {
  if ("command" in health) return ["CMD", ...health.command];
  if (!("path" in health)) return undefined;
  const python = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=4)";
  const node = "fetch(process.argv[1]).then((reply) => process.exit(reply.ok ? 0 : 1))";
  const ways = [
    ["wget", "-q", "-O", "/dev/null"],
    ["curl", "-fsS", "-o", "/dev/null"],
    ["python3", "-c", python],
    ["node", "-e", node],
  ];
  const url = commandLine([`http://127.0.0.1:${port}${health.path}`]);
  const tries = ways.map((way) => `if command -v ${way[0]} >/dev/null; then ${commandLine(way)} ${url}; el`);
  return [
    "CMD-SHELL",
    `${tries.join("")}se echo "not checked: no ${ways.map(([name]) => name).join(", ")}"; fi`,
  ];
}
