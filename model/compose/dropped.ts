import type { RawProject } from "./context.ts";
import type { ComposeProject } from "./project.ts";
import { reasonFor } from "./reasons.ts";
import { variablesIn } from "./secrets.ts";
import type { Remark } from "./section.ts";

/** Keys of a service that Compose has put into others: files of variables and labels, and what it extends. */
const MERGED = ["env_file", "label_file", "extends"];
const KINDS = ["networks", "volumes", "secrets", "configs", "models"] as const;

/** What `docker compose config` itself leaves out of a project. */
export function droppedByCompose(raw: RawProject, project: ComposeProject): Remark[] {
  const inServices = Object.entries(raw.services ?? {}).flatMap(([name, service]) => {
    const kept = Object.keys(project.services?.[name] ?? {});
    // One that was not asked for is no part of the import.
    if (!(name in (project.services ?? {}))) return [];
    return Object.keys(service ?? {})
      .filter((key) => !kept.includes(key) && !MERGED.includes(key))
      .filter((key) => hasValue((service as Record<string, unknown>)[key]))
      .map((key) => `services.${name}.${key}`);
  });
  const unused = KINDS.flatMap((kind) =>
    Object.keys(raw[kind] ?? {})
      .filter((name) => !(name in (project[kind as "networks"] ?? {})))
      .map((name) => ({ at: `${kind}.${name}`, lost: false, text: "is left out: no service has it" })),
  );
  return [
    ...inServices.map((at) => ({ at, ...reasonFor(at) })),
    ...unused.filter(({ at }) => at !== "networks.default"),
  ];
}

/** Whether Compose would print it: not what is off, empty or 0, as a variable may be. */
function hasValue(value: unknown): boolean {
  if (typeof value === "string" && variablesIn(value).length) return false;
  return typeof value === "object" ? Object.keys(value ?? {}).length > 0 : Boolean(value);
}
