import { spawnSync } from "node:child_process";
import { homedir } from "node:os";

/**
 * Ends the plugins that a killed `pulumi` has left running: they might go on with what it told them last.
 * @param pulumiHome ends those started from there only @default `PULUMI_HOME`, or `~/.pulumi`
 */
export function endOrphanedPlugins(pulumiHome = process.env.PULUMI_HOME ?? `${homedir()}/.pulumi`): void {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const processes = stdout.split("\n").flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)/.exec(line) ?? [];
    return args ? [{ pid: Number(pid), parent: Number(parent), args }] : [];
  });
  for (const { pid, parent, args } of processes) {
    if (!args.startsWith(`${pulumiHome}/plugins/`)) continue;
    const owner = processes.find((other) => other.pid === parent)?.args ?? "";
    if (/^\S*pulumi/.test(owner)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile, which is all that was wanted.
    }
  }
}
