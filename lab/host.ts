import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineSpec } from "./machine.ts";

/** The user of every host that deployments log in as: uid 1000, in the docker group, no password. */
export const hostUser = "deploy";

const sshdConfig = `HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
AllowUsers ${hostUser}
AuthenticationMethods publickey
PermitRootLogin no
UsePAM no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
`;

/** What starts a host's engine and its sshd, once however often they are called, and what the engine says goes to. */
export const engineScript = "/slipway/engine";
export const sshdScript = "/slipway/sshd";
export const engineLog = "/var/log/dockerd.log";

/** First in every search path of a host, and empty in Debian: what is there goes before Debian's program of that name. */
const ownPrograms = "/usr/local/bin";

/** What a host must know of its lab. */
export interface HostOptions {
  name: string;
  ip: string;
  /** Private key of its sshd. */
  hostKey: string;
  /** Public key of the one who may log in. */
  authorizedKey: string;
  registry: string;
  /** Certificate of the registry's authority. */
  ca: string;
  /** Folder with the programs of its engine. @default - Debian's, which are in the root file system */
  programs?: string;
}

/** A host of the lab: a Docker engine and an sshd in a network of their own. */
export function hostMachine(lab: string, folder: string, options: HostOptions): MachineSpec {
  const { programs } = options;
  const engine = {
    // Only what is left to its default has containerd's image store.
    ...(programs === undefined && { "storage-driver": "overlay2" }),
    // The driver that needs no systemd, and a branch of our own that can be removed afterwards.
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": `/${lab}/${options.name}`,
    bip: "172.17.0.1/16",
    "default-address-pools": [{ base: "172.20.0.0/14", size: 24 }],
  };
  const script = readFileSync(new URL("host.sh", import.meta.url), "utf8");
  return {
    lab,
    name: options.name,
    folder,
    ownNetwork: true,
    mounts: [
      [join(folder, "data"), "/var/lib/docker"], // layers on a disk: overlay cannot stand on overlay
      ...(programs === undefined ? [] : [[programs, ownPrograms] as [string, string]]),
    ],
    files: {
      "/etc/docker/daemon.json": JSON.stringify(engine),
      [`/etc/docker/certs.d/${options.registry}/ca.crt`]: options.ca,
      "/etc/ssh/sshd_config": sshdConfig,
      "/etc/ssh/ssh_host_ed25519_key": options.hostKey,
      "/etc/ssh/authorized_keys": options.authorizedKey,
      // Two engines that start at once would both believe to be alone: the lock is held as long as the first one runs.
      [engineScript]: `flock --close --wait 5 /run/engine.lock dockerd >>${engineLog} 2>&1 &\n`,
      [sshdScript]: "mkdir -p /run/sshd\n/usr/sbin/sshd || true # another one has the port\n",
    },
    start: `ADDRESS=${options.ip}\n${script}`,
  };
}
