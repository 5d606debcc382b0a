import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import type { Progress } from "../lib/progress.ts";
import { output, run } from "../lib/run.ts";

/** Programs that must be there, by the Debian package that a lab may install when they are wholly missing. */
const clientPackages = { ssh: "openssh-client", ip: "iproute2" };
const programs = [
  "apt-get",
  "dpkg",
  "unshare",
  "nsenter",
  "setpriv",
  "mount",
  "pivot_root",
  "chroot",
  "tar",
  "gzip",
  "gpgv",
];

/** Fails, with all that is lacking, where this is not Linux, not root, or not a machine like Debian's. */
export function checkSystem(): void {
  const user = process.getuid?.();
  if (process.platform !== "linux") refuse([`Linux, got ${process.platform}`]);
  const missing = programs.filter((program) => !isInstalled(program));
  refuse([
    ...(user === 0 ? [] : [`root, got user ${user ?? "unknown"}`]),
    ...missing.map((program) => `the program ${program}, which Debian 12 has`),
  ]);
}

/**
 * Fails, with all that is lacking, where the kernel gives no machines to a lab in `dir`; installs openssh-client and
 * iproute2 where they are missing.
 */
export async function checkKernel(dir: string, progress: Progress): Promise<void> {
  for (const [program, debian] of Object.entries(clientPackages)) await need(program, debian, progress);
  refuse(await probe(dir));
}

function refuse(needs: string[]): void {
  if (needs.length === 0) return;
  throw new UserError(`lab: cannot run on this machine, it needs
${needs.map((need) => `  - ${need}`).join("\n")}
Without the lab, point the dev stack at a Docker engine that is there:
  pulumi config set slipway:hosts "local unix:///var/run/docker.sock"
  pulumi config set slipway:registry <your registry>
These write Pulumi.dev.yaml.`);
}

/** Tries what a machine of the lab is made of, in namespaces that are gone right after. */
async function probe(dir: string): Promise<string[]> {
  const folder = join(dir, "probe");
  for (const name of ["lower", "upper", "work", "root"]) await mkdir(join(folder, name), { recursive: true });
  const tries: Record<string, string> = {
    "namespaces (unshare)": "true",
    [`overlayfs on ${dir} (a folder that is itself on an overlay cannot hold it)`]:
      "mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root",
    "virtual network devices (veth, bridge)":
      "ip link add slipway type bridge && ip link add slipway0 type veth peer name slipway1",
    "TAP devices (/dev/net/tun)": "ip tuntap add slipway mode tap",
    "control groups under /sys/fs/cgroup": "grep -q ' /sys/fs/cgroup' /proc/self/mounts",
  };
  const lacking: string[] = [];
  try {
    for (const [need, script] of Object.entries(tries)) {
      const namespaces = ["--pid", "--fork", "--kill-child", "--mount", "--uts", "--net"];
      const tried = output(["unshare", ...namespaces, "sh", "-c", script], { cwd: folder });
      await tried.catch(() => lacking.push(need));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return lacking;
}

/** Installs the Debian package of a program that is missing. */
export async function need(program: string, debian: string, progress: Progress): Promise<void> {
  if (!isInstalled(program)) await installPackages([debian], progress);
}

/** Installs those of the Debian packages that are missing. */
export async function needPackages(packages: readonly string[], progress: Progress): Promise<void> {
  const show = ["dpkg-query", "--show", "--showformat", "${binary:Package} ${db:Status-Status}\n"];
  const { stdout } = await run([...show, ...packages]);
  const installed = new Set(stdout.split("\n").map((line) => line.replace(/(:\w+)? installed$/, "")));
  const missing = packages.filter((name) => !installed.has(name));
  if (missing.length > 0) await installPackages(missing, progress);
}

async function installPackages(packages: readonly string[], progress: Progress): Promise<void> {
  progress(`installing ${packages.join(", ")}…`);
  const apt = () => output(["apt-get", "install", "--yes", "--no-install-recommends", ...packages]);
  await apt().catch(async () => {
    await output(["apt-get", "update"]);
    await apt();
  });
}

function isInstalled(program: string): boolean {
  const folders = `${process.env.PATH ?? ""}:/usr/sbin:/sbin:/usr/bin:/bin`.split(":");
  return folders.some((folder) => existsSync(join(folder, program)));
}
