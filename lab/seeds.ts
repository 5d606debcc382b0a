import { copyFile, mkdir, rm, symlink } from "node:fs/promises";
import { get } from "node:https";
import { join } from "node:path";
import { cached } from "./cache.ts";
import {
  aptSources,
  architectures,
  debianTools,
  debianVersion,
  debootstrap,
  isolated,
  nativeArchitecture,
  put,
  suite,
  unpackPackages,
} from "./debian.ts";
import { pack, type PlatformImage } from "./layout.ts";
import type { Progress } from "../lib/progress.ts";
import { output } from "../lib/run.ts";

/** Raise when what the seeds hold changes. */
const version = 2;

/** Whether docker.io can be reached: answers within 3 seconds. */
export async function dockerHubAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(3000);
    get("https://registry-1.docker.io/v2/", { signal }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => {
      resolve(false);
    });
  });
}

/**
 * The OCI layout folder of a `debian:bookworm-slim` for both platforms, with this machine's package sources. Where
 * the cache lacks it, it is made by debootstrap; the foreign platform needs emulation.
 */
export async function debianSeed(progress: Progress): Promise<string> {
  const key = [version, debianVersion, suite, architectures, await aptSources()];
  const what = `debian:${suite}-slim for ${architectures.join(" and ")}: made by debootstrap`;
  return cached(`debian-${suite}-slim`, key, what, progress, async (layout) => {
    progress("making debian:bookworm-slim for both platforms with debootstrap (about 2 min)…");
    const images = architectures.map(async (architecture): Promise<PlatformImage> => {
      const folder = join(layout, architecture);
      await mkdir(folder);
      await debootstrap(folder, architecture, [], progress);
      await put(folder, "etc/dpkg/dpkg.cfg.d/slim", excludes);
      await put(folder, "etc/apt/apt.conf.d/slim", aptSettings);
      await isolated(["chroot", folder, "sh", "-ec", slim]);
      return { architecture, layers: [folder], config: { Cmd: ["bash"], Env: [`PATH=${path}`] } };
    });
    await pack(layout, await Promise.all(images));
  });
}

/**
 * The OCI layout folder of an edge image for this machine's platform: busybox and the toolchain's `traefik`, run
 * by user 1001. It stands in for the official image, which has a shell and wget too.
 */
export async function edgeSeed(traefik: string, progress: Progress): Promise<string> {
  const architecture = await nativeArchitecture();
  const tools = await debianTools(progress);
  const key = [version, debianVersion, architecture, traefik];
  return cached(
    "traefik",
    key,
    "edge image from the toolchain's traefik: packed",
    progress,
    async (layout) => {
      const base = join(layout, "base");
      await putBusybox(base, tools, tools);
      await put(base, "etc/passwd", "root:x:0:0:root:/:/bin/sh\ntraefik:x:1001:1001:traefik:/:/bin/sh\n");
      await put(base, "etc/group", "root:x:0:\ntraefik:x:1001:\n");
      const top = join(layout, "top");
      await mkdir(join(top, "usr/local/bin"), { recursive: true });
      await copyFile(traefik, join(top, "usr/local/bin/traefik"));
      const config = { Entrypoint: ["traefik"], User: "1001:1001", Env: [`PATH=${path}`] };
      await pack(layout, [{ architecture, layers: [base, top], config }]);
    },
  );
}

/**
 * The OCI layout folder of a `busybox` for both platforms. It stands in for the official image, a stock image that the
 * sample fleet runs.
 */
export async function busyboxSeed(progress: Progress): Promise<string> {
  const native = await nativeArchitecture();
  const tools = await debianTools(progress);
  const key = [version, debianVersion, suite, architectures];
  const what = `busybox for ${architectures.join(" and ")}: packed`;
  return cached("busybox", key, what, progress, async (layout) => {
    const images: PlatformImage[] = [];
    for (const architecture of architectures) {
      const folder = join(layout, architecture);
      const packages = join(layout, `${architecture}-packages`);
      const isNative = architecture === native;
      if (!isNative) await unpackPackages(["busybox-static"], packages, architecture);
      await putBusybox(folder, isNative ? tools : packages, tools);
      await rm(packages, { recursive: true, force: true });
      images.push({ architecture, layers: [folder], config: { Cmd: ["sh"], Env: [`PATH=${path}`] } });
    }
    await pack(layout, images);
  });
}

/** Puts busybox and a name for each of its programs into a folder laid out like `/`, and a /tmp for everybody. */
async function putBusybox(folder: string, from: string, tools: string): Promise<void> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await mkdir(join(folder, "tmp"), { mode: 0o777 });
  await output(["chmod", "1777", join(folder, "tmp")]);
  await copyFile(join(from, "bin/busybox"), join(bin, "busybox"));
  for (const applet of (await output([join(tools, "bin/busybox"), "--list"])).split("\n")) {
    if (applet && applet !== "busybox") await symlink("busybox", join(bin, applet));
  }
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// As in the official slim image: no documentation, now and when packages are added; copyright notices stay.
const excludes = `path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
`;
const aptSettings = `Acquire::Languages "none";
Acquire::GzipIndexes "true";
`;
const slim = `
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -type l -delete
find /usr/share/doc -type d -empty -delete
rm -rf /usr/share/info /usr/share/locale /usr/share/man
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/* /var/log/*.log /var/log/apt/* /etc/resolv.conf
rm -f /etc/hostname /etc/*- /var/lib/dpkg/*-old /var/cache/debconf/*-old
`;
