import { join } from "node:path";
import type { RegistryIdentity } from "./identity.ts";
import type { MachineSpec } from "./machine.ts";

/** The port that every lab's registry listens on, at its lab's own address. */
export const registryPort = 5000;

/** The lab's registry: Debian's docker-registry, on the lab's address of this machine only, with TLS and a password. */
export function registryMachine(
  lab: string,
  folder: string,
  ip: string,
  identity: RegistryIdentity,
): MachineSpec {
  const configuration = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: "/var/lib/registry" }, delete: { enabled: true } },
    http: {
      addr: `${ip}:${registryPort}`,
      tls: { certificate: "/slipway/registry.crt", key: "/slipway/registry.key" },
    },
    auth: { htpasswd: { realm: "slipway-lab", path: "/slipway/htpasswd" } },
  };
  return {
    lab,
    name: "registry",
    folder,
    ownNetwork: false,
    mounts: [[join(folder, "data"), "/var/lib/registry"]],
    files: {
      "/slipway/registry.yml": JSON.stringify(configuration), // JSON is YAML
      "/slipway/registry.crt": identity.certificate,
      "/slipway/registry.key": identity.key,
      "/slipway/htpasswd": identity.htpasswd,
    },
    start: "docker-registry serve /slipway/registry.yml &\nwait $!\n",
  };
}
