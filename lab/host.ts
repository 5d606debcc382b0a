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

/** Where the engine of a host is started from, and what it says goes to. */
export const engineScript = "/slipway/engine";
export const engineLog = "/var/log/dockerd.log";

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
}

/** A host of the lab: a Docker engine and an sshd in a network of their own. */
export function hostMachine(lab: string, folder: string, options: HostOptions): MachineSpec {
  const engine = {
    "storage-driver": "overlay2",
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
    mounts: [[join(folder, "data"), "/var/lib/docker"]], // layers on a disk: overlay cannot stand on overlay
    files: {
      "/etc/docker/daemon.json": JSON.stringify(engine),
      [`/etc/docker/certs.d/${options.registry}/ca.crt`]: options.ca,
      "/etc/ssh/sshd_config": sshdConfig,
      "/etc/ssh/ssh_host_ed25519_key": options.hostKey,
      "/etc/ssh/authorized_keys": options.authorizedKey,
      [engineScript]: `dockerd >>${engineLog} 2>&1 &\n`,
    },
    start: `address=${options.ip}\n${script}`,
  };
}
