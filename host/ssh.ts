import type { HostAddress } from "../model/host/address.ts";
import { sshOptions } from "./ssh-options.ts";
import { commandLine, quote } from "../lib/shell.ts";

/** Path in the project of the script that runs ssh, again where the host's sshd turns it away. */
export const CONNECT = "host/connect.sh";

/** The words that run `sh -s` with these arguments on the host, its script on standard input. */
export function shellOn(host: HostAddress, ...args: string[]): string[] {
  if (host.address.startsWith("unix://"))
    return ["env", `DOCKER_HOST=${host.address}`, "sh", "-s", "--", ...args];
  return ["ssh", ...sshOptions(host), host.address, "sh", "-s", "--", ...args];
}

/** The words that run a command on the host, with the standard input and, where wanted, the terminal of the caller. */
export function commandOn(host: HostAddress, words: readonly string[], tty: boolean): string[] {
  if (host.address.startsWith("unix://")) return ["env", `DOCKER_HOST=${host.address}`, ...words];
  // Else ssh tells of the end of a shared connection, after the command's own last line.
  const options = [tty ? "-t" : "-T", "-o", "LogLevel=ERROR", ...sshOptions(host)];
  return ["ssh", ...options, host.address, commandLine(words)];
}

/**
 * The command line that runs a script of the project's on the host, behind the lines on its own standard input, and
 * says so when there is no connection or it is lost: a shared one does not.
 * @param files paths in the project, the script's parts: what stands in a file need not stand in the state once more for
 * each service
 */
export function scriptOn(host: HostAddress, files: readonly string[], ...args: string[]): string {
  // Without one of the files, the lines before it would have run without an error, and those behind it too.
  const script = ["-", ...files].map((file) => `cat ${quote(file)}`).join(" && ");
  const read = `{ ${script} || echo exit 1; } | `;
  const shell = shellOn(host, ...args);
  return host.address.startsWith("unix://")
    ? read + commandLine(shell)
    : `${read}${commandLine(["sh", CONNECT, ...shell])} || { code=$?; [ $code != 255 ] || echo "$NO_CONNECTION" >&2; exit $code; }`;
}

/** What {@link scriptOn} needs in its environment. Not in the line itself, which is shown with every error. */
export function scriptEnvironment({ name, address }: HostAddress): Record<string, string> {
  const why = `${name}: no connection to ${address}, or it was lost`;
  return {
    NO_CONNECTION: `${why}; what was started there continues by itself. Check the connection, then run pulumi up again`,
  };
}
