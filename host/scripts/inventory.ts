import type { ActualContainer } from "../../model/container/actual.ts";
import type { PathCheck } from "../../model/rollout/cutover-variables.ts";
import { assignments } from "../../lib/shell.ts";
import type { ImageConfig, Inspected } from "../../model/container/inspect.ts";
import { readScripts } from "./script.ts";

/** The script that prints what {@link parseInventory} reads; containers that are checked by a path are asked for it. */
export function inventoryScript(project: string, stack: string, checks: readonly PathCheck[] = []): string {
  const lines = checks.map(({ id, port, path, origin }) => `${id} ${port} ${path} ${origin}\n`);
  const variables = { PROJECT: project, STACK: stack, CHECKS: lines.join("") };
  return assignments(variables) + readScripts(["containers", "ask-path", "inventory"]);
}

/** A host's containers, from what the script printed there. */
export function parseInventory(printed: string): ActualContainer[] {
  const containers: Inspected[] = [];
  const images = new Map<string, ImageConfig>();
  const memory = new Map<string, number>();
  const health = new Map<string, string>();
  for (const line of printed.split("\n")) {
    const [, kind, id = "", rest = ""] = /^(\w+) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "container") containers.push(JSON.parse(rest) as Inspected);
    else if (kind === "image") images.set(id, JSON.parse(rest) as ImageConfig);
    else if (kind === "memory") memory.set(id, bytes(rest));
    else if (kind === "health") health.set(id, rest);
  }
  return containers.map((inspected) => ({
    inspected,
    image: images.get(inspected.Image),
    memoryBytes: memory.get(inspected.Id),
    pathHealth: health.get(inspected.Id),
  }));
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Of "12.3MiB / 1.9GiB" what is used. */
function bytes(usage: string): number {
  const [, count, unit = ""] = /^([\d.]+)(\w+)/.exec(usage) ?? [];
  return Math.round(Number(count) * 1024 ** UNITS.indexOf(unit));
}
