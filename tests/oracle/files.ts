import { readdirSync } from "node:fs";
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
export const MERGED: Readonly<Record<string, readonly string[]>> = { override: ["prod.yaml"] };

/** A Compose file, as both sides are given it. */
export interface OracleFile {
  name: string;
  project: ComposeProject;
  imported: Imported;
  /** Before each name of the catalogue, as all files are one catalogue. */
  prefix: string;
  /** The catalogue's name of a service. */
  nameOf: (service: string) => string;
}

/** All files, or those named: without what an import says it loses, and otherwise where the lab cannot have it. */
export async function readOracleFiles(
  compose: Compose,
  image: string,
  wanted: readonly string[] = [],
): Promise<OracleFile[]> {
  const names = readdirSync(FILES);
  const read = names
    .filter((name) => !wanted.length || wanted.includes(name))
    .map(async (name) => {
      const folder = join(FILES, name);
      const files = ["compose.yaml", ...(MERGED[name] ?? [])].map((file) => join(folder, file));
      // Where Compose has them, so that both mount the same paths.
      const asked = { hostFolder: folder, proxy: "own" };
      const { project: whole, options } = await readFiles(compose, files, asked);
      const project = forLab(whole, importProject(whole, options).remarks, image);
      const imported = importProject(project, options);
      const known = serviceNames(Object.keys(whole.services ?? {}));
      const prefix = `f${names.indexOf(name)}-`;
      return {
        name,
        project,
        imported,
        prefix,
        nameOf: (service: string) => prefixed(prefix, known.of(service)),
      };
    });
  return Promise.all(read);
}

/** A name of the catalogue, which has 40 letters at most. */
export function prefixed(prefix: string, name: string): string {
  return `${prefix}${name}`.slice(0, 40).replace(/-+$/, "");
}
