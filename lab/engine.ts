import { dirname } from "node:path";
import type { Progress } from "../lib/progress.ts";
import { install, isInstalled } from "../toolchain/install.ts";
import { needPackages } from "./needs.ts";

/**
 * The Docker engines that a host may have: Debian's 20.10 with its graph driver overlay2, or 29 with containerd's image
 * store, as who installs Docker today has it.
 */
export const engines = ["20.10", "29"] as const;
export type Engine = (typeof engines)[number];

/** Debian's packages that one of the programs, runc, is built with. */
const compiler = ["gcc", "libc6-dev", "libseccomp-dev", "pkg-config"];

/**
 * The folder that has the programs of engine 29, and nothing else. They are built where the cache lacks them, with a C
 * compiler that is installed on this machine where it has none.
 */
export async function enginePrograms(progress: Progress): Promise<string> {
  if (!(await isInstalled("dockerd"))) await needPackages(compiler, progress);
  const { dockerd } = await install(["dockerd"], progress);
  return dirname(dockerd);
}
