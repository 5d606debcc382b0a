import { UserError } from "../lib/errors.ts";
import { type RunOptions, type Running, lastLines, start } from "../lib/run.ts";
import type { HostAddress } from "../model/host/address.ts";
import { inProject } from "../lib/paths.ts";
import { CONNECT, shellOn } from "./ssh.ts";
import { prepareSsh } from "./ssh-options.ts";
import type { Progress } from "../lib/progress.ts";

/** ssh's own exit code, when it is not the command's. */
const NO_CONNECTION = 255;

/**
 * Runs a script for sh on a host and gives what it printed to stdout.
 * @throws UserError with what it printed to stderr, when it failed or the host cannot be reached within 10 s
 */
export async function onHost(host: HostAddress, script: string, ...args: string[]): Promise<string> {
  const shell = shellOn(host, ...args);
  const patient = shell[0] === "ssh" ? ["sh", inProject(CONNECT), ...shell] : shell;
  const { stdin, ended } = startOnHost(host, patient);
  stdin.end(script);
  return (await ended).stdout;
}

/**
 * The same for a script that goes on until its standard input ends: each line as it is printed.
 * @param stop ends it
 */
export async function linesOnHost(
  host: HostAddress,
  script: string,
  onLine: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const { stdin, ended } = startOnHost(host, shellOn(host), { stdout: onLine });
  stdin.write(script);
  stop.addEventListener("abort", () => stdin.end());
  await ended;
}

/**
 * Starts a command of {@link shellOn} or commandOn, out of reach of Ctrl-C: that is for this process, which then ends
 * the command in its own way.
 * @returns its end fails with a UserError that names the host, where the command failed
 */
export function startOnHost(host: HostAddress, command: readonly string[], options?: RunOptions): Running {
  if (host.address.startsWith("ssh://")) prepareSsh(host);
  const running = start(command, { ...options, ownGroup: true });
  const ended = running.ended.then((outcome) => {
    if (outcome.code === 0) return outcome;
    const why = lastLines({ ...outcome, stdout: "" }, Infinity);
    if (host.address.startsWith("ssh://") && outcome.code === NO_CONNECTION)
      throw new UserError(`${host.name}: cannot be reached at ${host.address}: ${why}`);
    throw new UserError(`${host.name}: ${why}`);
  });
  // Who waits for a stream learns of it first.
  ended.catch(() => undefined);
  return { ...running, ended };
}

/** Does something with all hosts at once; where it fails, that is shown, and given back as one of the problems. */
export async function onEach(
  hosts: readonly HostAddress[],
  progress: Progress,
  work: (host: HostAddress) => Promise<void>,
): Promise<string[]> {
  const problems: string[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      try {
        await work(host);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        progress(error.message);
        problems.push(error.message);
      }
    }),
  );
  return problems;
}
