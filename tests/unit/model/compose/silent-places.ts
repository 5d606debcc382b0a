import type { ImportOptions } from "../../../../model/compose/context.ts";
import { importProject } from "../../../../model/compose/import.ts";
import type { ComposeProject } from "../../../../model/compose/project.ts";
import type { Remark } from "../../../../model/compose/section.ts";

type Path = readonly string[];

/** The paths of all values that are no mappings and lists of any. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** The same with another value at a path. */
function changed(compose: ComposeProject, path: Path): ComposeProject {
  const copy = structuredClone(compose);
  const around = path
    .slice(0, -1)
    .reduce<unknown>((found, key) => (found as Record<string, unknown>)[key], copy);
  const [holder, key] = [around as Record<string, unknown>, path.at(-1) ?? ""];
  holder[key] = other(holder[key]);
  return copy;
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (value === "true") return "false";
  if (typeof value === "string" && /^\d.*[smh]$/.test(value)) return `1${value}`;
  if (typeof value === "string") return /^\d+$/.test(value) ? String(Number(value) + 1) : `${value}x`;
  return value === null ? "x" : undefined;
}

/** Whether the list speaks of all that is at a place, or of what stands right there. */
function isListed(path: Path, remarks: readonly Remark[]): boolean {
  const place = path.join(".");
  return remarks.some(
    ({ at, text }) =>
      place === at ||
      (place.startsWith(`${at}.`) && (at.split(".").length !== 2 || text.startsWith("is left out"))),
  );
}

/** Places that leave no trace: not on the list, and nothing else comes of it when something else stands there. */
export function silentPlaces(compose: ComposeProject, options: ImportOptions): string[] {
  const imported = (each: ComposeProject) => importProject(each, options);
  const before = imported(compose);
  const [text, unlisted] = [
    JSON.stringify(before),
    leaves(compose).filter((path) => !isListed(path, before.remarks)),
  ];
  return unlisted
    .filter((path) => JSON.stringify(imported(changed(compose, path))) === text)
    .map((path) => path.join("."));
}
