import type { ActualContainer } from "../../model/container/actual.ts";
import { type AboutFiles, parseAboutFiles } from "../../model/container/files.ts";
import type { PathCheck } from "../../model/rollout/cutover-variables.ts";
import { assignments } from "../../lib/shell.ts";
import { type LabelledStack, stackName } from "../../model/container/labels.ts";
import type { ActualHost } from "../../model/state/host-drift.ts";
import type { ImageConfig, Inspected } from "../../model/container/inspect.ts";
import { readScripts } from "./script.ts";

/** What is printed besides. */
interface InventoryExtras {
  /** Whether the memory that each container uses, too: that takes two seconds. @default false */
  memory?: boolean;
  /** Whether the secrets in files that containers are given, too. @default false */
  aboutFiles?: boolean;
  /** The containers that are asked for the path they are checked by. @default none */
  checks?: readonly PathCheck[];
  /** Another stack, whose edge it stands behind. @default its own is looked at */
  edgeOwner?: LabelledStack | undefined;
}

/** The script that prints what {@link parseInventory} and {@link parseHost} read. */
export function inventoryScript(
  { project, stack }: LabelledStack,
  { memory = false, aboutFiles = false, checks = [], edgeOwner }: InventoryExtras = {},
): string {
  const lines = checks.map(
    ({ id, port, path, origin, gateway }) => `${id} ${port} ${path} ${origin} ${gateway}\n`,
  );
  const EDGE_STACK = edgeOwner ? stackName(edgeOwner) : "";
  const variables = {
    PROJECT: project,
    STACK: stack,
    EDGE_STACK,
    MEMORY: memory ? "yes" : "",
    ABOUT_FILES: aboutFiles ? "yes" : "",
    CHECKS: lines.join(""),
  };
  return assignments(variables) + readScripts(["containers", "ask-path", "files-digest", "inventory"]);
}

/** All there is on a host, from what the script printed there. */
export function parseHost(printed: string): ActualHost {
  const found = (what: RegExp) =>
    [...printed.matchAll(what)].map(([, first = "", rest = ""]) => [first, rest] as const);
  const footings = found(/^(?:network|volume) (\S+)$/gm).map(([id]) => id);
  const routes = /^edge$/m.test(printed) ? new Map(found(/^route (\S+) (.*)$/gm)) : undefined;
  const files = new Map(found(/^files (\S+) (\S*)$/gm));
  return { containers: parseInventory(printed), footings: new Set(footings), files, routes };
}

/** A host's containers, from what the script printed there. */
export function parseInventory(printed: string): ActualContainer[] {
  const containers: Inspected[] = [];
  const images = new Map<string, { config: ImageConfig; created: string }>();
  const memory = new Map<string, number>();
  const health = new Map<string, string>();
  const about = new Map<string, AboutFiles | undefined>();
  for (const line of printed.split("\n")) {
    const [, kind, id = "", rest = ""] = /^(\w+) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "container") containers.push(JSON.parse(rest) as Inspected);
    else if (kind === "image") images.set(id, parseImage(rest));
    else if (kind === "about") about.set(id, parseAboutFiles(rest));
    else if (kind === "health") health.set(id, rest);
    else if (kind === "memory") {
      const used = bytesUsed(rest);
      if (used !== undefined) memory.set(id, used);
    }
  }
  return containers.map((inspected) => ({
    inspected,
    image: images.get(inspected.Image)?.config,
    imageCreated: images.get(inspected.Image)?.created,
    memoryBytes: memory.get(inspected.Id),
    pathHealth: health.get(inspected.Id),
    aboutFiles: about.get(inspected.Id),
  }));
}

/** Of "2026-11-02T10:00:00Z {…}". */
function parseImage(text: string): { config: ImageConfig; created: string } {
  const [, created = "", json = ""] = /^(\S+) (.*)$/.exec(text) ?? [];
  return { created, config: JSON.parse(json) as ImageConfig };
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Of "12.3MiB / 1.9GiB" what is used; undefined of "-- / --", for what does not run. */
function bytesUsed(usage: string): number | undefined {
  const [, count, unit = ""] = /^([\d.]+)(\w+)/.exec(usage) ?? [];
  if (!UNITS.includes(unit)) return undefined;
  return Math.round(Number(count) * 1024 ** UNITS.indexOf(unit));
}
