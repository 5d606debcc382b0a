import { UserError } from "../../lib/errors.ts";

/** A machine with a Docker engine. */
export interface HostAddress {
  name: string;
  /** `ssh://user@machine[:port]`, or `unix:///path` for an engine on this machine. */
  address: string;
  /** The only key the machine may show, as `ssh-ed25519 AAAA…`; without it ssh's own known_hosts decides. */
  hostKey?: string;
}

/** Form of a machine's key, as a part of a regular expression. */
export const HOST_KEY = "(?:ssh|ecdsa)-\\S+ [A-Za-z0-9+/=]+";

const FORM = new RegExp(`^([a-z][a-z0-9-]*)\\s+(ssh:\\/\\/\\S+|unix:\\/\\/\\/\\S+)(?:\\s+(${HOST_KEY}))?$`);

/**
 * Reads the `hosts` setting: a line per host, `<name> <address> [<key type> <key>]`.
 * @throws UserError with every bad line.
 */
export function parseHosts(text: string): HostAddress[] {
  const lines = text.split("\n").map((line) => line.trim());
  const problems: string[] = [];
  const hosts = lines.flatMap((line, index): HostAddress[] => {
    if (line === "" || line.startsWith("#")) return [];
    const [, name, address, hostKey] = FORM.exec(line) ?? [];
    if (name && address) return [{ name, address, ...(hostKey && { hostKey }) }];
    problems.push(
      `hosts/${index}: not a host, got "${line}"; expected "<name> ssh://user@machine <key type> <key>"`,
    );
    return [];
  });
  if (hosts.length === 0 && problems.length === 0)
    problems.push("hosts: empty; expected a host on each line");
  const twice = hosts.find((host, index) => hosts.findIndex(({ name }) => name === host.name) < index);
  if (twice) problems.push(`hosts: two hosts are named "${twice.name}"; expected names that differ`);
  if (problems.length) throw new UserError(problems.join("\n"));
  return hosts;
}

/** The machine's name or address, without user and port; `localhost` for an engine on this machine. */
export function machineOf({ address }: HostAddress): string {
  return new URL(address).hostname || "localhost";
}

/** Whether two hosts are one machine: of the same address, or with the same key, whatever they are called. */
export function isSameMachine(one: HostAddress, other: HostAddress): boolean {
  return one.address === other.address || (one.hostKey !== undefined && one.hostKey === other.hostKey);
}
