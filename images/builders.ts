import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Builder } from "../model/image/builders.ts";
import { UserError } from "../lib/errors.ts";

/**
 * Tells buildx of the builders that the stack names by their endpoint, once on each machine.
 * @throws UserError with what buildx says
 */
export function registerBuilders(builders: readonly Builder[]): void {
  const docker = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
  const known = join(process.env.BUILDX_CONFIG ?? join(docker, "buildx"), "instances");
  for (const { name, endpoint } of builders) {
    if (!name || !endpoint || existsSync(join(known, name))) continue;
    // With ssh, a BuildKit of its own in the Docker engine over there.
    const driver = endpoint.startsWith("ssh://") ? "docker-container" : "remote";
    buildx(["create", "--name", name, "--driver", driver, endpoint]);
  }
}

/**
 * Runs buildx and gives what it printed.
 * @throws UserError with what it said
 */
export function buildx(args: readonly string[]): string {
  const [program, ...words] = buildxWith(args);
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (error) throw noBuildx();
  if (status === 0) return stdout;
  throw new UserError(`buildx ${args[0] ?? ""}: ${stderr.trim()}`);
}

/** The words that run buildx: by itself, or where only docker is on PATH, by that. */
export function buildxWith(args: readonly string[]): [program: string, ...args: string[]] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const alone = folders.some((folder) => existsSync(join(folder, "docker-buildx")));
  return alone ? ["docker-buildx", ...args] : ["docker", "buildx", ...args];
}

/** What to say when neither is there. */
export function noBuildx(): UserError {
  return new UserError('docker buildx: not found; run: eval "$(npx slipway lab env)", or install it');
}
