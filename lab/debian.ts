import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cached } from "./cache.ts";
import type { Progress } from "../lib/progress.ts";
import { output } from "../lib/run.ts";

/** The architectures of the lab's images, in Debian's words and Docker's, which agree here. */
export const architectures = ["amd64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

/** What QEMU calls them. */
export const qemuNames: Record<Architecture, string> = { amd64: "x86_64", arm64: "aarch64" };

/** The Debian release of the lab's machines and of the seeded base image. */
export const suite = "bookworm";

/** Raise when what debootstrap makes below changes: it names the cached folders. */
export const debianVersion = 2;

const tools = ["debootstrap", "debian-archive-keyring", "qemu-user-static", "busybox-static"];

/** A folder with Debian packages unpacked that the lab uses without installing them, laid out like `/`. */
export async function debianTools(progress: Progress): Promise<string> {
  const what = `Debian's ${tools.join(", ")}: fetched`;
  return cached("tools", [debianVersion, suite, tools], what, progress, async (folder) => {
    await unpackPackages(tools, folder);
    await removeOtherEmulators(join(folder, "usr/bin"));
    await mkdir(join(folder, "fallback"));
    await symlink("../bin/busybox", join(folder, "fallback/wget"));
  });
}

/**
 * Puts what Debian packages have in them into a folder laid out like `/`: nothing of them is installed.
 * @param architecture whose packages, brought with lists of their own, so that this machine's apt stays as it is.
 * @default this machine's
 */
export async function unpackPackages(
  packages: readonly string[],
  folder: string,
  architecture?: Architecture,
): Promise<void> {
  const debs = await mkdtemp(join(tmpdir(), "slipway-debs-"));
  try {
    const apart = architecture ? await aptSettings(architecture, debs) : [];
    const download = () => output(["apt-get", ...apart, "download", ...packages], { cwd: debs });
    await download().catch(async () => {
      await output(["apt-get", ...apart, "update"]); // no list of packages yet, or one that has become old
      await download();
    });
    for (const file of await readdir(debs))
      if (file.endsWith(".deb")) await output(["dpkg", "-x", join(debs, file), folder]);
  } finally {
    await rm(debs, { recursive: true });
  }
}

/** What has apt work for another architecture, with all that it writes in a folder. */
async function aptSettings(architecture: Architecture, folder: string): Promise<string[]> {
  for (const path of ["state/lists/partial", "cache/archives/partial"])
    await mkdir(join(folder, path), { recursive: true });
  return [
    `Dir::State=${folder}/state`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${folder}/cache`,
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    "Acquire::Languages=none",
  ].flatMap((setting) => ["--option", setting]);
}

/** The package has one for each of thirty architectures, 10 MB apiece. */
async function removeOtherEmulators(bin: string): Promise<void> {
  const keep = Object.values(qemuNames).map((name) => `qemu-${name}-static`);
  for (const file of await readdir(bin)) {
    if (file.startsWith("qemu-") && !keep.includes(file)) await rm(join(bin, file));
  }
}

/** One source of packages as apt's own settings name it. */
export interface AptSource {
  uri: string;
  suite: string;
  component: string;
}

/** Debian's sources that this machine's apt is set to use, whatever mirror they are; brings the lists first. */
export async function aptSources(): Promise<AptSource[]> {
  const format = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)";
  const list = async () => {
    const lines = (
      await output(["apt-get", "indextargets", "--format", format, "Created-By: Packages"])
    ).split("\n");
    return lines
      .map((line) => line.split("|"))
      .filter(([origin]) => origin === "Debian")
      .map(([, uri = "", release = "", component = ""]) => ({ uri, suite: release, component }));
  };
  const known = await list();
  if (known.length > 0) return known;
  await output(["apt-get", "update"]);
  return list();
}

/**
 * Makes a minimal Debian in `folder`, plus `include`, from this machine's own mirror or else debootstrap's. A
 * foreign architecture needs emulation set up before. Nothing of it reaches this machine: processes and mounts
 * live in namespaces that end with this process.
 */
export async function debootstrap(
  folder: string,
  architecture: Architecture,
  include: string[],
  progress: Progress,
): Promise<void> {
  const unpacked = await debianTools(progress);
  const sources = await aptSources();
  const mirror =
    sources.find((source) => source.suite === suite) ?? sources.find((s) => !s.suite.includes("-"));
  const foreign = architecture !== (await nativeArchitecture());
  // The result is thrown away when the machine stops halfway: no need to wait for the disk at each file.
  await put(folder, "etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n");
  const options = [
    `--arch=${architecture}`,
    "--variant=minbase",
    "--verbose", // its other way of calling wget is one that busybox, where there is no wget, does not understand
    `--keyring=${unpacked}/usr/share/keyrings/debian-archive-keyring.gpg`,
    ...(include.length > 0 ? [`--include=${include.join(",")}`] : []),
    ...(foreign ? ["--foreign"] : []),
  ];
  const script = `${unpacked}/usr/sbin/debootstrap`;
  const first = ["sh", script, ...options, suite, folder, ...(mirror ? [mirror.uri] : [])];
  const path = `${process.env.PATH ?? ""}:${unpacked}/fallback`;
  await isolated(["env", `DEBOOTSTRAP_DIR=${unpacked}/usr/share/debootstrap`, `PATH=${path}`, ...first]);
  if (foreign) await isolated(["chroot", folder, "/debootstrap/debootstrap", "--second-stage"]);
  const own = sources.filter((source) => source.suite.startsWith(suite));
  const lines = own.map((source) => `deb ${source.uri} ${source.suite} ${source.component}\n`);
  if (lines.length > 0) await put(folder, "etc/apt/sources.list", [...new Set(lines)].join(""));
}

/** Runs a program with processes and mounts of its own, which end with it, and it with this process. */
export async function isolated(command: string[]): Promise<string> {
  const namespaces = ["--pid", "--fork", "--kill-child", "--mount-proc"];
  return output(["nice", "unshare", ...namespaces, ...command], {
    mortal: true,
    cwd: "/",
    env: { ...process.env, LC_ALL: "C" },
  });
}

/** Writes a file of a system being made. */
export async function put(root: string, path: string, content: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** This machine's architecture. */
export async function nativeArchitecture(): Promise<Architecture> {
  return (await output(["dpkg", "--print-architecture"])).trim() as Architecture;
}
