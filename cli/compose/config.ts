import { UserError } from "../../lib/errors.ts";
import { type Outcome, lastLines, run } from "../../lib/run.ts";
import type { RawProject } from "../../model/compose/context.ts";
import type { ComposeProject } from "../../model/compose/project.ts";
import { progress } from "../lib/progress.ts";

/** A `docker compose`, and its version: "2.40.3". */
export interface Compose {
  command: readonly string[];
  version: string;
}

/** Compose files, and how their variables get their values. */
export interface ComposeFiles {
  files: readonly string[];
  /** In place of `.env` beside the first file. */
  envFiles?: readonly string[];
  /** Only these services, and those that they depend on. @default all, those of profiles too */
  services?: readonly string[];
  /** Variables beside those of the shell. */
  variables?: Readonly<Record<string, string>>;
}

/** The oldest that prints a project as JSON with all that is read of it. Source: https://docs.docker.com/compose/releases/release-notes */
const OLDEST = [2, 24];

/**
 * The `docker compose` that is there, else the toolchain's.
 * @throws UserError where there is none, or an old one
 */
export async function findCompose(): Promise<Compose> {
  for (const command of [["docker", "compose"], ["docker-compose"]]) {
    const version = await versionOf(command);
    if (version) return { command, version };
  }
  const { install } = await import("../../toolchain/install.ts");
  try {
    const { "docker-compose": program } = await install(["docker-compose"], progress);
    const version = await versionOf([program]);
    if (version) return { command: [program], version };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    progress(error.message);
  }
  throw new UserError(
    "docker compose: not found, and its release cannot be had; it reads Compose files for slipway import. Install Docker Compose 2.24 or later",
  );
}

/** @returns undefined where there is none. @throws UserError where it is too old */
async function versionOf(command: readonly string[]): Promise<string | undefined> {
  const outcome = await tried([...command, "version", "--short"]);
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(outcome?.code === 0 ? outcome.stdout.trim() : "") ?? [];
  if (outcome === undefined || major === undefined) return undefined;
  const version = outcome.stdout.trim().replace(/^v/, "");
  const [oldest = 0, least = 0] = OLDEST;
  if (Number(major) > oldest || (Number(major) === oldest && Number(minor) >= least)) return version;
  throw new UserError(`docker compose: must be ${OLDEST.join(".")} or later, got ${version}. Update it`);
}

/** What a program does; undefined where there is none of that name. */
async function tried(command: readonly string[]): Promise<Outcome | undefined> {
  try {
    return await run(command);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * A project with everything put in that Compose puts in: other files, anchors, variables, files of variables.
 * @throws UserError with what Compose says of a file that is none
 */
export async function readProject(compose: Compose, files: ComposeFiles): Promise<ComposeProject> {
  const outcome = await config(compose, files, []);
  if (outcome.code !== 0) throw new UserError(`${files.files.join(", ")}: ${lastLines(outcome)}`);
  // Compose doubles each dollar, so that what it prints is a Compose file again.
  return JSON.parse(outcome.stdout.replaceAll("$$", "$")) as ComposeProject;
}

/** The same project before variables are put in; undefined where Compose cannot print that. */
export async function readRawProject(compose: Compose, files: ComposeFiles): Promise<RawProject | undefined> {
  const outcome = await config(compose, files, ["--no-interpolate"]);
  return outcome.code === 0 ? (JSON.parse(outcome.stdout) as RawProject) : undefined;
}

function config(compose: Compose, asked: ComposeFiles, options: readonly string[]): Promise<Outcome> {
  const { files, envFiles = [], services = [], variables } = asked;
  return run(
    [
      ...compose.command,
      ...files.flatMap((file) => ["--file", file]),
      ...envFiles.flatMap((file) => ["--env-file", file]),
      ...["--profile", "*", "config", "--format", "json", ...options, "--", ...services],
    ],
    variables && { env: { ...process.env, ...variables } },
  );
}
