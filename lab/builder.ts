import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { MachineSpec } from "./machine.ts";
import { buildNetwork, resolvConf } from "./way-out.ts";

/** What the builder must know of its lab. */
export interface BuilderOptions {
  /** The BuildKit daemon's program. */
  buildkitd: string;
  /** Folder that its socket appears in, as buildkitd.sock. */
  socketFolder: string;
  registry: string;
  /** Certificate of the registry's authority. */
  ca: string;
  /** Whether the registry's path `mirror` stands for docker.io. */
  mirror: boolean;
  /** Ports of this machine's loopback that builds need for their way out, as of a proxy. */
  waysOut: readonly number[];
}

/**
 * The lab's builder: BuildKit in a network of its own, from which `apt-get install` in a build reaches what this machine
 * reaches, but nothing on its loopback (lab/builder.sh). It works on at most as many build steps at once as there are
 * cores, and keeps at most 20 GB.
 */
export function builderMachine(lab: string, folder: string, options: BuilderOptions): MachineSpec {
  const mirror = options.mirror ? `[registry."docker.io"]\n  mirrors = ["${options.registry}/mirror"]\n` : "";
  const configuration = `root = "/var/lib/buildkit"
[grpc]
  address = ["unix:///run/slipway/buildkitd.sock"]
[worker.containerd]
  enabled = false
[worker.oci]
  networkMode = "host"
  max-parallelism = ${availableParallelism()}
  defaultCgroupParent = "/${lab}/builder"
  gc = true
  [[worker.oci.gcpolicy]]
    all = true
    maxUsedSpace = "20GB"
[registry."${options.registry}"]
  ca = ["/slipway/ca.pem"]
${mirror}`;
  const script = readFileSync(new URL("builder.sh", import.meta.url), "utf8");
  const names = existsSync("/etc/resolv.conf") ? readFileSync("/etc/resolv.conf", "utf8") : "";
  // Names and certificates as this machine knows them: the builder does what this machine could do itself.
  const shared = ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs"].filter((path) => existsSync(path));
  return {
    lab,
    name: "builder",
    folder,
    ownNetwork: false,
    mounts: [
      [join(folder, "data"), "/var/lib/buildkit"],
      [options.socketFolder, "/run/slipway"],
      [options.buildkitd, "/slipway/buildkitd"],
      ...shared.map((path): [string, string] => [path, path]),
    ],
    files: {
      "/slipway/buildkitd.toml": configuration,
      "/slipway/ca.pem": options.ca,
      "/slipway/resolv.conf": resolvConf(names),
    },
    start: `CIDR=${buildNetwork} WAYS_OUT="${options.waysOut.join(" ")}"\n${script}`,
  };
}
