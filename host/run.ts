import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { UserError } from "../lib/errors.ts";
import type { HostAddress } from "../model/host/address.ts";
import { shellOn } from "./ssh.ts";
import type { Progress } from "../lib/progress.ts";

/** ssh's own exit code, when it is not the command's. */
const NO_CONNECTION = 255;

/**
 * Runs a script for sh on a host and gives what it printed to stdout.
 * @throws UserError with what it printed to stderr, when it failed or the host cannot be reached within 10 s
 */
export async function onHost(host: HostAddress, script: string, ...args: string[]): Promise<string> {
  const { child, ended } = start(host, script, args);
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => (printed += data));
  child.stdin.end();
  await ended;
  return printed;
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
  const { child, ended } = start(host, script, []);
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", onLine);
  stop.addEventListener("abort", () => child.stdin.end());
  await ended;
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

function start(host: HostAddress, script: string, args: readonly string[]) {
  const [program = "", ...words] = shellOn(host, ...args);
  // In a group of its own: Ctrl-C is for this process, which then ends the script in its own way.
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (data: string) => (said += data));
  // It may have ended without reading all of it; how it ended says why.
  child.stdin.on("error", () => undefined).write(script);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  }).then((code) => {
    if (code === 0) return;
    const why = said.trim() || `exit code ${code ?? "none"}`;
    if (program === "ssh" && code === NO_CONNECTION)
      throw new UserError(`${host.name}: cannot be reached at ${host.address}: ${why}`);
    throw new UserError(`${host.name}: ${why}`);
  });
  return { child, ended };
}
