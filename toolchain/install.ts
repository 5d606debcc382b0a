import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../lib/errors.ts";
import { makeFolder } from "../lib/files.ts";
import { output } from "../lib/run.ts";
import type { Progress } from "../lib/progress.ts";
import { build } from "./build.ts";
import { cacheFolder, once } from "./cache.ts";
import type { Part, Platform, Tool, ToolRelease } from "./tool.ts";
import { tools, type ToolName } from "./tools.ts";
import { download } from "./download.ts";

export type { ToolName } from "./tools.ts";

/** Where the tools' Go modules are: this folder. */
const modules = fileURLToPath(new URL(".", import.meta.url));

/**
 * Installs what is missing of the named programs; answers the absolute path of each. The official release comes
 * first, a build from Go modules second. Throws a UserError if neither can be had, or a download is not genuine.
 */
export async function install<Name extends ToolName>(
  names: readonly Name[],
  progress: Progress,
): Promise<Record<Name, string>> {
  const paths: Partial<Record<Name, string>> = {};
  for (const name of names) paths[name] = await installOne(name, progress);
  return paths as Record<Name, string>;
}

/** The plugins a program of ours always needs; others are installed when asked for by name. */
const plugins = ["docker", "docker-build", "command", "random"] as const;

/**
 * Makes `home` a PULUMI_HOME that holds the plugins. Their folders are real and hold a link to the program in the
 * cache: Pulumi passes over folders that are links themselves.
 */
export async function pulumiHome(home: string, progress: Progress): Promise<void> {
  for (const plugin of plugins) {
    const name = `pulumi-resource-${plugin}` as const;
    const { [name]: program } = await install([name], progress);
    await link(program, join(home, "plugins", `resource-${plugin}-v${tools[name].version}`), name);
  }
}

/** Puts links to the named programs, installed first if missing, into the folder `dir`, to go first on PATH. */
export async function binFolder(dir: string, names: readonly ToolName[], progress: Progress): Promise<void> {
  for (const [name, program] of Object.entries(await install(names, progress)))
    await link(program, dir, name);
}

/** Takes the place of a link of that name at one stroke: somebody may be running it. */
async function link(program: string, folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  if ((await readlink(path).catch(() => "")) === program) return;
  makeFolder(folder);
  const fresh = `${path}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(program, fresh);
  await rename(fresh, path);
}

async function installOne(name: ToolName, progress: Progress): Promise<string> {
  const tool: Tool | Part = tools[name];
  if ("partOf" in tool) return join(dirname(await installOne(tool.partOf as ToolName, progress)), name);
  return installTool(name, tool, progress);
}

/** Whether that program is installed already. */
export async function isInstalled(name: ToolName): Promise<boolean> {
  const tool: Tool | Part = tools[name];
  if ("partOf" in tool) return isInstalled(tool.partOf as ToolName);
  return existsSync(await folderOf(name, tool, thisPlatform()));
}

/** Installs one program by its description, if it is missing; answers its absolute path. Throws as `install` does. */
export async function installTool(name: string, tool: Tool, progress: Progress): Promise<string> {
  const platform = thisPlatform();
  const title = `${name} ${tool.version}`;
  const folder = await folderOf(name, tool, platform);
  const make = async (unfinished: string) => {
    const started = Date.now();
    const released = await unpackRelease(name, tool, platform, unfinished, progress);
    if (!released) {
      progress(`${title}: building from Go modules (about ${tool.minutes} min on 2 cores)…`);
      for (const plan of tool.builds) await build(plan, join(modules, plan.module), platform, unfinished);
    }
    const seconds = Math.round((Date.now() - started) / 1000);
    progress(`${title}: ${released ? "downloaded" : "built from Go modules"} in ${seconds} s`);
  };
  await once(folder, make, progress);
  return join(folder, name);
}

async function folderOf(name: string, tool: Tool, platform: Platform): Promise<string> {
  const key = await keyOf(tool, modules, platform);
  return join(cacheFolder(), "tools", `${name}-${tool.version}-${key}`);
}

/** Fills `folder` with the official release; false if there is none to be had here, or none whose checksum is known. */
async function unpackRelease(
  name: string,
  { release }: Tool,
  platform: Platform,
  folder: string,
  progress: Progress,
): Promise<boolean> {
  const checksum = release && checksumFor(release, platform);
  if (!release || !checksum) return false;
  const file = join(folder, ".download");
  if (!(await download(release.url(platform), checksum, file, progress))) {
    await rm(file, { force: true });
    return false;
  }
  const program = join(folder, name);
  if (release.strip === undefined) {
    await rename(file, program);
    await chmod(program, 0o755);
    return true;
  }
  const strip = `--strip-components=${release.strip}`;
  await output(["tar", "-xzf", file, "-C", folder, "--no-same-owner", strip]);
  await rm(file);
  if (existsSync(program)) return true;
  throw new UserError(
    `${release.url(platform)}: no ${name} in the archive, got ${(await readdir(folder)).join()}`,
  );
}

function checksumFor({ checksums }: ToolRelease, { os, arch }: Platform): string | undefined {
  return checksums[`${os}-${arch}`];
}

/**
 * A hash of all a program is made of: what tools.ts says, the files of its Go modules in the folder `modules`, the
 * platform. Where they lie, and when they were written, does not count.
 */
export async function keyOf(tool: Tool, modules: string, platform: Platform): Promise<string> {
  const { release, builds } = tool;
  const download = release && [release.url(platform), checksumFor(release, platform), release.strip];
  const hash = createHash("sha256").update(JSON.stringify([tool.version, download, builds, platform]));
  for (const { module } of builds) {
    const entries = await readdir(join(modules, module), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      const content = await readFile(file);
      hash.update(`\0${relative(modules, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** The platform this runs on. Throws a UserError on one nothing is built for. */
function thisPlatform(): Platform {
  const { platform: os, arch } = process;
  if ((os !== "linux" && os !== "darwin") || (arch !== "x64" && arch !== "arm64")) {
    throw new UserError(
      `toolchain: no programs for this machine, got ${os} on ${arch}; expected Linux or macOS`,
    );
  }
  return { os, arch: arch === "x64" ? "amd64" : "arm64" };
}
