import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { debianVersion, debootstrap, isolated, nativeArchitecture, suite } from "./debian.ts";
import type { Progress } from "../lib/progress.ts";

const packages = [
  "ca-certificates",
  "docker-registry",
  "docker.io",
  "iproute2",
  "iptables",
  "openssh-server",
  "procps",
  "slirp4netns",
  "socat",
];

/** Raise when what is done to the system below changes. */
const version = 1;

/**
 * The file system that all machines of all labs stand on, read-only: Debian with a Docker engine, sshd, a registry
 * and a user `deploy` (1000) of the docker group. Made once, then taken from the cache.
 */
export async function rootfs(progress: Progress): Promise<string> {
  const architecture = await nativeArchitecture();
  const key = [version, debianVersion, suite, architecture, packages];
  return cached(
    "rootfs",
    key,
    "machines' root file system: made by debootstrap",
    progress,
    async (folder) => {
      progress("making the machines' root file system with debootstrap (about 1 min)…");
      await debootstrap(folder, architecture, packages, progress);
      await isolated(["chroot", folder, "sh", "-ec", finish]);
      await writeFile(join(folder, "etc/resolv.conf"), "");
      await rm(join(folder, "var/cache/apt/archives"), { recursive: true });
    },
  );
}

// Each host gets a key of its own. "*" is a password that nothing matches, where "!" would lock the account to keys too.
const finish = `
rm -f /etc/ssh/ssh_host_*
useradd --create-home --shell /bin/bash --uid 1000 --groups docker --password '*' deploy
`;
