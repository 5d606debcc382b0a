import { readlinkSync } from "node:fs";
import { homedir } from "node:os";
import { type Process, readProcesses } from "../lib/processes.ts";
import type { Shell } from "./session.ts";

/** The language host of a Slipway program. */
const LANGUAGE_HOST = /^\S*pulumi-language-nodejs\S* .*runtime\/pulumi-sdk\.mjs/;

/**
 * Ends what a killed `pulumi` has left running: plugins, which might go on with what it told them last, and programs,
 * which ask for it without pause (a third of a core each, seen with 3.230). Only this user's, and only those that ran for
 * this project: its folder is where `pulumi` starts them. Nothing where that cannot be told, as on macOS.
 */
export function endOrphanedPlugins({ folder, env }: Shell): void {
  const processes = readProcesses();
  const isOrphan = ({ parent }: Process) =>
    !/^\S*pulumi/.test(processes.find(({ pid }) => pid === parent)?.args ?? "");
  const plugins = `${env.PULUMI_HOME ?? `${homedir()}/.pulumi`}/plugins/`;
  const isOurs = ({ pid, user, args }: Process) =>
    user === process.getuid?.() &&
    (args.startsWith(plugins) || LANGUAGE_HOST.test(args)) &&
    folderOf(pid) === folder;
  const orphans = processes.filter((each) => isOurs(each) && isOrphan(each)).map(({ pid }) => pid);
  const programs = processes.filter(({ parent }) => orphans.includes(parent)).map(({ pid }) => pid);
  kill([...orphans, ...programs]);
}

/**
 * Ends a plugin of the `pulumi` that this process has started, also one that stands still: what it was doing fails then.
 * @param name as in docker-build
 */
export function endOwnPlugin(name: string): void {
  const processes = readProcesses();
  const isOurs = (pid: number): boolean => {
    const parent = processes.find((one) => one.pid === pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  const plugin = new RegExp(`^(\\S*/)?pulumi-resource-${name}( |$)`);
  kill(processes.filter(({ pid, args }) => plugin.test(args) && isOurs(pid)).map(({ pid }) => pid));
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile, which is all that was wanted.
    }
  }
}

/** The folder that a process works in; undefined where that cannot be told. */
function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
