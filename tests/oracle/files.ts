import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Compose } from "../../cli/compose/config.ts";
import { readFiles } from "../../cli/compose/import.ts";
import { paths } from "../../lib/paths.ts";
import { type Imported, importProject } from "../../model/compose/import.ts";
import { serviceNames } from "../../model/compose/names.ts";
import type { ComposeProject } from "../../model/compose/project.ts";
import { forLab } from "./for-lab.ts";

export const FILES = join(paths.project, "tests/import/files");
/** With a further file that is merged into the first. */
const MERGED: Readonly<Record<string, readonly string[]>> = { override: ["prod.yaml"] };
/** Above those that the lab and the other tests publish. */
const FIRST_PORT = 20_000;

/** A Compose file, as both sides are given it. */
export interface OracleFile {
  name: string;
  project: ComposeProject;
  imported: Imported;
  /** With the values of variables that the project names, where the file has one. */
  envFile: string | undefined;
  /** Before each name of the catalogue, as all files are one catalogue. */
  prefix: string;
  /** The catalogue's name of a service. */
  nameOf: (service: string) => string;
}

/** The paths of a file of the folder, and of those that are merged into it. */
export function pathsOf(name: string): string[] {
  return ["compose.yaml", ...(MERGED[name] ?? [])].map((file) => join(FILES, name, file));
}

/** All files, or those named: without what an import says it loses, and otherwise where the lab cannot have it. */
export async function readOracleFiles(
  compose: Compose,
  image: string,
  wanted: readonly string[],
): Promise<OracleFile[]> {
  const names = readdirSync(FILES).filter((name) => !wanted.length || wanted.includes(name));
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`tests/import/files: has no ${unknown.join(", ")}`);
  // Where Compose has them, so that both mount the same paths.
  const all = await Promise.all(
    names.map((name) => readFiles(compose, pathsOf(name), { hostFolder: join(FILES, name), proxy: "own" })),
  );
  let port = FIRST_PORT;
  const freePort = (count: number) => (port += count) - count;
  return names.flatMap((name, index) => {
    const { [index]: read } = all;
    if (!read) return [];
    const { project: whole, options } = read;
    const project = forLab(whole, importProject(whole, options).remarks, image, freePort);
    const known = serviceNames(Object.keys(whole.services ?? {}));
    const prefix = `f${index}-`;
    const envFile = join(FILES, name, ".env");
    return {
      ...{ name, project, prefix, imported: importProject(project, options) },
      envFile: existsSync(envFile) ? envFile : undefined,
      nameOf: (service: string) => prefixed(prefix, known.of(service)),
    };
  });
}

/** A name of the catalogue, which has 40 letters at most. */
export function prefixed(prefix: string, name: string): string {
  return `${prefix}${name}`.slice(0, 40).replace(/-+$/, "");
}
