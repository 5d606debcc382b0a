import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../lib/errors.ts";
import { inProject, paths } from "../../lib/paths.ts";
import { replaceFile } from "../../lib/files.ts";
import { run } from "../../lib/run.ts";
import { withTemporaryFolder } from "../../lib/temporary.ts";
import type { ImportOptions } from "../../model/compose/context.ts";
import { type Imported, importProject } from "../../model/compose/import.ts";
import type { ComposeProject } from "../../model/compose/project.ts";
import { printCatalogue } from "../../model/compose/print.ts";
import type { Remark } from "../../model/compose/section.ts";
import { progress } from "../lib/progress.ts";
import { type Compose, type ComposeFiles, findCompose, readProject, readRawProject } from "./config.ts";
import { lookAt } from "./look-at.ts";

interface Options {
  envFile: string[];
  service: string[];
  out: string;
  hostFolder?: string;
  newVolumes: boolean;
  proxy: ImportOptions["proxy"];
  force: boolean;
  json: boolean;
}

/** What of the verb's options an import goes by, and variables beside the shell's. */
type ImportAsked = Partial<Options> & Pick<ComposeFiles, "variables">;

/** `slipway import` */
export function importVerb(): Command {
  return new Command("import")
    .description("make entries of services.ts of Compose files; says what could not be carried over")
    .argument("<file...>", "the Compose file, and those that docker compose would merge into it")
    .option(
      "--env-file <file>",
      "file with the variables that the Compose file puts in; may be repeated",
      collect,
      [],
    )
    .option("--service <name>", "only this one, and those that it depends on; may be repeated", collect, [])
    .option("-o, --out <file>", 'where the entries go, "-" for standard output', "services.ts")
    .option("--force", "overwrite that file, instead of showing the difference", false)
    .option(
      "--host-folder <folder>",
      "on the host, for folders beside the Compose file. Default: /opt/<project>",
    )
    .option(
      "--new-volumes",
      "begin with empty volumes, instead of those that Compose made on the host; says what copies those",
      false,
    )
    .option(
      "--proxy <whole|edge|own>",
      "whether Traefik's labels become http: where all of them can, where one can, or never, as your own proxy stays",
      "whole",
    )
    .option("--json", "print the entries and the list as JSON, and write no file", false)
    .action(async (files: string[], options: Options) => {
      if (!["whole", "edge", "own"].includes(options.proxy))
        throw new UserError(`--proxy: unknown, got "${options.proxy}"; expected whole, edge or own`);
      const compose = await findCompose();
      progress(`read by docker compose ${compose.version}`);
      const imported = await importFiles(compose, files, options);
      if (options.json) {
        process.stdout.write(`${JSON.stringify(imported, null, 2)}\n`);
        return;
      }
      await write(imported, files, options);
      report(imported);
      if (!isInProject(dirname(resolve(files[0] ?? ""))))
        progress("\nPaths are those beside the Compose file: copy what they name into the project.");
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** The catalogue's entries for Compose files. @throws UserError where Compose cannot read them */
export async function importFiles(...asked: Parameters<typeof readFiles>): Promise<Imported> {
  const { project, options } = await readFiles(...asked);
  return importProject(project, options);
}

/** What Compose makes of files, and what their import is to go by. @throws UserError where Compose cannot read them */
export async function readFiles(
  compose: Compose,
  files: readonly string[],
  {
    envFile = [],
    service = [],
    hostFolder,
    newVolumes = false,
    proxy = "whole",
    variables,
  }: ImportAsked = {},
): Promise<{ project: ComposeProject; options: ImportOptions }> {
  const asked = { files, envFiles: envFile, services: service, ...(variables && { variables }) };
  const [project, raw] = await Promise.all([readProject(compose, asked), readRawProject(compose, asked)]);
  const folder = dirname(resolve(files[0] ?? ""));
  const own: ImportOptions = {
    folder,
    hostFolder: hostFolder ?? `/opt/${project.name}`,
    volumes: newVolumes ? "new" : "existing",
    proxy,
    lookAt,
    read: (path) => readFileSync(path, "utf8"),
    inProject: (path) => relative(baseOf(folder), resolve(folder, path)) || ".",
    raw,
  };
  return { project, options: own };
}

/** The folder that services.ts will have paths relative to: where the files stand elsewhere, they are to be copied. */
function baseOf(folder: string): string {
  return isInProject(folder) ? paths.project : folder;
}

function isInProject(folder: string): boolean {
  return `${folder}/`.startsWith(`${paths.project}/`);
}

/** Writes services.ts, or shows how it would change. */
async function write(imported: Imported, files: readonly string[], { out, force }: Options): Promise<void> {
  const file = resolve(paths.project, out);
  const model = out === "-" ? "./model" : relativeModule(dirname(file), inProject("model"));
  const text = printCatalogue(imported, files.map((each) => basename(each)).join(", "), model);
  if (out === "-") {
    process.stdout.write(text);
    return;
  }
  if (force || !existsSync(file)) {
    await replaceFile(file, text, 0o644);
    progress(`${out}: ${imported.catalogue.services.length} services`);
    return;
  }
  if (readFileSync(file, "utf8") === text) {
    progress(`${out}: unchanged`);
    return;
  }
  process.stdout.write(await difference(file, text));
  progress(`${out}: is there already, and was left as it is. To write it anew: --force; elsewhere: --out`);
}

function relativeModule(from: string, to: string): string {
  const path = relative(from, to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** What `diff` says. */
async function difference(file: string, text: string): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    const fresh = join(folder, basename(file));
    await replaceFile(fresh, text);
    const { stdout } = await run(["diff", "-u", file, fresh]);
    return stdout;
  });
}

/** The list of what is not, or not quite, in the entries, and what is to be done next. */
function report({ remarks, commands }: Imported): void {
  const lost = remarks.filter((remark) => remark.lost);
  const other = remarks.filter((remark) => !remark.lost);
  const lines = [
    ...(lost.length
      ? ["", "Could not be carried over:", ...linesOf(lost)]
      : ["", "Everything was carried over."]),
    ...(other.length ? ["", "Is otherwise here:", ...linesOf(other)] : []),
    ...(commands.length ? ["", "Secrets, to be set once:", ...commands.map((each) => `  ${each}`)] : []),
  ];
  for (const each of lines) progress(each);
}

/** A line for each remark: one for all of the same place that say the same, and for all services that it is said of. */
function linesOf(remarks: readonly Remark[]): string[] {
  const ofPlace = grouped(remarks, ({ at, text }) => `${at.slice(0, at.lastIndexOf(".") + 1)}\n${text}`);
  const places = ofPlace.map(([key, same]) => {
    const [place = "", text = ""] = key.split("\n");
    const [, service, rest = place] = /^services\.([^.]+)\.(.*)$/.exec(place) ?? [];
    return { service, rest: `${rest}${same.map(({ at }) => at.slice(place.length)).join(", ")}`, text };
  });
  return grouped(places, ({ service, rest, text }) => `${service === undefined}\n${rest}: ${text}`).map(
    ([key, same]) => {
      const services = same.flatMap(({ service }) => service ?? []).join(", ");
      return `  ${services && `services.${services}.`}${key.slice(key.indexOf("\n") + 1)}`;
    },
  );
}

function grouped<T>(list: readonly T[], keyOf: (each: T) => string): [key: string, same: T[]][] {
  const groups = new Map<string, T[]>();
  for (const each of list) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups];
}
