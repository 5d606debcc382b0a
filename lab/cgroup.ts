import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./wait.ts";

/** Removes the control groups of a lab, of all its machines or of one, whose processes have ended. */
export async function removeControlGroups(lab: string, machine = ""): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  for (const [, folder = "", type = ""] of mounts) {
    if (type !== "cgroup" && type !== "cgroup2") continue;
    const group = join(folder, lab, machine);
    // The kernel lets go of a group a moment after its last process.
    await until(
      () => removed(group),
      10,
      () => `${group}: does not go away`,
    );
  }
}

function removed(group: string): boolean {
  if (!existsSync(group)) return true;
  const entries = readdirSync(group, { withFileTypes: true });
  const children = entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
  if (!children.map(removed).every(Boolean)) return false;
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}
