import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { hostKeyProblem, knownFiles, knownName, parseSshConfig } from "../model/host/known-hosts.ts";
import type { Builder } from "../model/image/builders.ts";
import { UserError } from "../lib/errors.ts";
import { isOnPath, runSync } from "../lib/run.ts";
import { configFolder } from "../registry/credentials.ts";

/**
 * Registers the builders that the stack names by their endpoint with buildx, once on each machine.
 * @throws UserError with what buildx prints, where it fails; or where another machine could be taken for a builder's
 */
export function registerBuilders(builders: readonly Builder[]): void {
  const known = join(process.env.BUILDX_CONFIG ?? join(configFolder(), "buildx"), "instances");
  for (const { name, endpoint, hostKey } of builders) {
    if (endpoint && hostKey) checkHostKey(endpoint, hostKey);
    if (!name || !endpoint || existsSync(join(known, name))) continue;
    // With ssh, a BuildKit of its own in the Docker engine over there.
    const driver = endpoint.startsWith("ssh://") ? "docker-container" : "remote";
    createBuilder("--name", name, "--driver", driver, endpoint);
  }
}

/**
 * Looks whether ssh would take another machine for the builder's. It is not we who run ssh there but buildx, inside the
 * build plugin too, with ssh's own configuration and known_hosts.
 */
function checkHostKey(endpoint: string, hostKey: string): void {
  const config = parseSshConfig(runSync(["ssh", "-G", endpoint]).stdout);
  const name = knownName(config);
  const found = knownFiles(config).map((file) => {
    const path = file.replace(/^~(?=\/)/, homedir());
    return existsSync(path) ? runSync(["ssh-keygen", "-F", name, "-f", path]).stdout : "";
  });
  const problem = hostKeyProblem(config, hostKey, found.join("\n"));
  if (problem) throw new UserError(`builder ${endpoint}: ${problem}`);
}

/** What to do where there is no buildx. */
export const BUILDX_ADVICE = 'run: eval "$(npx --no slipway lab env)", or install docker buildx';

/** The words that run buildx: by itself, or where only docker is on PATH, by that. */
export function buildxCommand(args: readonly string[]): string[] {
  return isOnPath("docker-buildx") ? ["docker-buildx", ...args] : ["docker", "buildx", ...args];
}

/** The words that name a builder to buildx; none for the current one. */
export function builderFlags(name: Builder["name"]): string[] {
  return name ? ["--builder", name] : [];
}

/**
 * Environment variables with which buildx leaves the engine of the user's Docker context alone, where each builder has a
 * name: it would ask that engine in each build, by ssh in a connection of its own, for no more than its address.
 * Source: https://github.com/docker/buildx, store/storeutil, GetProxyConfig, of 0.33
 */
export function apartFromContext(builders: readonly Pick<Builder, "name">[]): NodeJS.ProcessEnv {
  return builders.every(({ name }) => name) && !process.env.DOCKER_HOST ? { DOCKER_CONTEXT: "default" } : {};
}

function createBuilder(...args: string[]): void {
  const { code, stderr } = runSync(buildxCommand(["create", ...args]), { advice: BUILDX_ADVICE });
  if (code !== 0) throw new UserError(`buildx create: ${stderr.trim()}`);
}
