import { homedir } from "node:os";
import { type Process, readProcesses } from "../lib/processes.ts";

/** The language host of a Slipway program. */
const LANGUAGE_HOST = /^\S*pulumi-language-nodejs\S* .*runtime\/pulumi-sdk\.mjs/;

/**
 * Ends what a killed `pulumi` has left running: plugins, which might go on with what it told them last, and programs,
 * which ask for it without pause (a third of a core each, seen with 3.230).
 * @param env only plugins of its PULUMI_HOME are ended @default of PULUMI_HOME: `~/.pulumi`
 */
export function endOrphanedPlugins({ PULUMI_HOME: home = `${homedir()}/.pulumi` }: NodeJS.ProcessEnv): void {
  const processes = readProcesses();
  const isOrphan = ({ parent }: Process) =>
    !/^\S*pulumi/.test(processes.find(({ pid }) => pid === parent)?.args ?? "");
  const isOurs = ({ args }: Process) => args.startsWith(`${home}/plugins/`) || LANGUAGE_HOST.test(args);
  const orphans = processes.filter((each) => isOurs(each) && isOrphan(each)).map(({ pid }) => pid);
  const programs = processes.filter(({ parent }) => orphans.includes(parent)).map(({ pid }) => pid);
  for (const pid of [...orphans, ...programs]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile, which is all that was wanted.
    }
  }
}
