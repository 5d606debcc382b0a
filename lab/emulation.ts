import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { architectures, debianTools, nativeArchitecture, qemuNames } from "./debian.ts";
import { runningMachines } from "./machine.ts";
import { exclusive } from "../lib/exclusive.ts";
import type { Progress } from "../lib/progress.ts";
import { output } from "../lib/run.ts";

const registered = "/proc/sys/fs/binfmt_misc";

/**
 * Lets this machine run programs of the other architecture, in containers too. What is there already is used; else
 * QEMU is registered with the kernel under a name of the labs' own, which all labs share. Call it only while a
 * machine of the lab runs: the last lab that goes down takes it away.
 */
export async function emulate(progress: Progress): Promise<void> {
  const tools = await debianTools(progress);
  const native = await nativeArchitecture();
  const [architecture = native] = architectures.filter((each) => each !== native);
  await exclusive("slipway-emulation", progress, async () => {
    if (!existsSync(join(registered, "register"))) {
      await output(["mount", "-t", "binfmt_misc", "slipway", registered]); // the name says who mounted it
    }
    const qemu = qemuNames[architecture];
    const format = await readFile(join(tools, "usr/share/binfmts", `qemu-${qemu}`), "utf8");
    const field = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(format)?.[1] ?? "";
    if (await handled(field("magic"))) return;
    const name = `slipway-${qemu}`;
    const interpreter = join(tools, field("interpreter"));
    // P keeps the program's own name; F opens QEMU now, so that containers need no copy of it.
    const line = `:${name}:M:0:${field("magic")}:${field("mask")}:${interpreter}:PF`;
    await writeFile(join(registered, "register"), line);
    progress(`emulation of ${architecture}: registered with the kernel as ${name}`);
  });
}

/** Undoes what `emulate` did on this machine, unless a machine of any lab still runs. */
export async function endEmulation(progress: Progress): Promise<void> {
  await exclusive("slipway-emulation", progress, async () => {
    if (runningMachines().length > 0 || !existsSync(join(registered, "register"))) return;
    for (const name of await readdir(registered)) {
      if (name.startsWith("slipway-")) await writeFile(join(registered, name), "-1");
    }
    const mounts = await readFile("/proc/self/mounts", "utf8");
    if (mounts.includes(`slipway ${registered} `)) await output(["umount", registered]);
  });
}

/** Whether an enabled handler for that magic number works in containers too (flag F). */
async function handled(magic: string): Promise<boolean> {
  const hex = magic.replaceAll("\\x", "");
  for (const name of await readdir(registered)) {
    if (name === "register" || name === "status") continue;
    const text = await readFile(join(registered, name), "utf8");
    if (text.startsWith("enabled") && /^flags: .*F/m.test(text) && text.includes(`magic ${hex}`)) return true;
  }
  return false;
}
