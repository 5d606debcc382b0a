import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { commandLine } from "../lib/shell.ts";
import { binFolder } from "../toolchain/install.ts";
import { replaceFile } from "../lib/files.ts";
import { hostUser } from "./host.ts";
import { runFolder, type Lab } from "./lab.ts";
import type { Progress } from "../lib/progress.ts";
import { output } from "../lib/run.ts";
import { contextFile } from "../registry/credentials.ts";

const builderName = "slipway-lab";

/** Writes what ssh, docker and buildx on this machine need to speak to the lab. */
export async function writeClients(lab: Lab, progress: Progress): Promise<void> {
  await writeSsh(lab);
  await writeDocker(lab);
  await binFolder(join(lab.dir, "docker/cli-plugins"), ["docker-buildx"], progress);
  if (existsSync(join(lab.dir, "buildx/instances", builderName))) return;
  const buildx = join(lab.dir, "docker/cli-plugins/docker-buildx");
  const options = ["--name", builderName, "--driver", "remote", `unix://${lab.builderSocket}`];
  // It looks at docker's engine too, which has no part in this: none is quicker than one that is not up yet.
  const noEngine = `unix://${runFolder(lab)}/none`;
  await output([buildx, "create", ...options], {
    mortal: true,
    env: { ...process.env, ...labEnv(lab, process.env), DOCKER_HOST: noEngine },
  });
}

async function writeSsh(lab: Lab): Promise<void> {
  const folder = join(lab.dir, "ssh");
  const file = (name: string) => `"${join(folder, name).replaceAll("%", "%%")}"`;
  const identity = [`IdentityFile ${file("id_ed25519")}`, "IdentitiesOnly yes"];
  const known = [`UserKnownHostsFile ${file("known_hosts")}`, "StrictHostKeyChecking yes"];
  const names = lab.hosts.map((host) => `Host ${host.name}\n  HostName ${host.ip}\n`);
  const all = lab.hosts.flatMap((host) => [host.name, host.ip]).join(" ");
  const rest = [`User ${hostUser}`, ...identity, ...known].map((line) => `  ${line}\n`).join("");
  const user = "Host *\n  Include ~/.ssh/config\n  Include /etc/ssh/ssh_config\n";
  await replaceFile(join(folder, "config"), `${names.join("")}Host ${all}\n${rest}${user}`);
  const keys = lab.hosts.map((host) => `${host.name},${host.ip} ${host.hostKey}\n`);
  await replaceFile(join(folder, "known_hosts"), keys.join(""));

  const command = commandLine(["/usr/bin/ssh", "-F", join(folder, "config")]);
  await replaceFile(join(lab.dir, "bin/ssh"), `#!/bin/sh\nexec ${command} "$@"\n`, 0o755);
}

async function writeDocker(lab: Lab): Promise<void> {
  const folder = join(lab.dir, "docker");
  const auth = Buffer.from(`${lab.registryUser}:${lab.registryPassword}`).toString("base64");
  // As `docker buildx install` leaves it: the build plugin then knows that there is BuildKit without asking the engine.
  const aliases = { builder: "buildx" };
  const config = { auths: { [lab.registry]: { auth } }, aliases, currentContext: "lab" };
  await replaceFile(join(folder, "config.json"), JSON.stringify(config));
  const contexts = new Map(lab.hosts.map((host) => [host.name, host.address]));
  for (const host of lab.hosts.slice(0, 1)) contexts.set("lab", host.address);
  for (const [name, address] of contexts) {
    const endpoint = { Host: address, SkipTLSVerify: false };
    const context = { Name: name, Metadata: {}, Endpoints: { docker: endpoint } };
    await replaceFile(contextFile(folder, name), JSON.stringify(context));
  }
}

/**
 * The environment in which pulumi, docker, buildx and ssh speak to the lab, on top of `env`: the variables that
 * differ, and never DOCKER_HOST.
 */
export function labEnv(lab: Lab, env: NodeJS.ProcessEnv): Record<string, string> {
  const certificates = env.SSL_CERT_DIR ?? "/etc/ssl/certs";
  const ca = join(lab.dir, "ca");
  return {
    PATH: first(join(lab.dir, "bin"), env.PATH ?? ""),
    DOCKER_CONFIG: join(lab.dir, "docker"),
    BUILDX_CONFIG: join(lab.dir, "buildx"),
    BUILDX_BUILDER: builderName,
    SSL_CERT_DIR: certificates.split(delimiter).includes(ca)
      ? certificates
      : `${certificates}${delimiter}${ca}`,
    // Where the user's programs go through a proxy: it knows no way to the lab.
    NO_PROXY: withoutProxy(env.NO_PROXY ?? env.no_proxy, lab),
    no_proxy: withoutProxy(env.no_proxy ?? env.NO_PROXY, lab),
    SLIPWAY_LAB_REGISTRY: lab.registry,
    SLIPWAY_LAB_REGISTRY_USER: lab.registryUser,
    SLIPWAY_LAB_REGISTRY_PASSWORD: lab.registryPassword,
    SLIPWAY_LAB_HOSTS: lab.hosts.map((host) => `${host.name} ${host.address} ${host.hostKey}\n`).join(""),
    SLIPWAY_LAB_EDGE_IMAGE: lab.edgeImage,
    ...(lab.mirror && {
      SLIPWAY_LAB_MIRROR: `${lab.registry}/mirror`,
      SLIPWAY_LAB_LOCK: join(lab.dir, "lock.json"),
    }),
  };
}

/** The names that need no proxy, the registry's address among them, once. */
function withoutProxy(names = "", { registry }: Lab): string {
  const [address = ""] = registry.split(":");
  return [...names.split(",").filter((name) => name && name !== address), address].join();
}

/** A search path with that folder in front, once. */
function first(folder: string, path: string): string {
  return [folder, ...path.split(delimiter).filter((entry) => entry !== folder)].join(delimiter);
}
