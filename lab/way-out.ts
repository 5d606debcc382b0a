import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/**
 * The network of the builder's RUN steps: one for documentation (RFC 5737), so that no address that a build may want is
 * hidden behind it.
 */
export const buildNetwork = "198.51.100.0/24";
/** Answers there for names, by whatever this machine's /etc/resolv.conf says at the time. */
const nameServer = "198.51.100.3";

/** This machine's /etc/resolv.conf as it is right within the builder's network. */
export function resolvConf(machines: string): string {
  const rest = machines.split("\n").filter((line) => line !== "" && !line.startsWith("nameserver"));
  return [`nameserver ${nameServer}`, ...rest, ""].join("\n");
}

/** Where this machine's proxies are, by its environment. */
export function proxies(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, url]) => (/^https?_proxy$/i.test(name) && url ? [url] : []));
}

/** The ports of those of the URLs that are on this machine's own loopback. */
export async function loopbackPorts(urls: readonly string[]): Promise<number[]> {
  const ports = await Promise.all(
    urls.map(async (text) => {
      // A proxy may be given without its scheme.
      const address = /^\w+:\/\//.test(text) ? text : `http://${text}`;
      if (!URL.canParse(address)) return [];
      const { hostname, port, protocol } = new URL(address);
      if (!(await isLoopback(hostname.replace(/^\[|\]$/g, "")))) return [];
      return [Number(port || (protocol === "https:" ? 443 : 80))];
    }),
  );
  return [...new Set(ports.flat())].sort((a, b) => a - b);
}

async function isLoopback(host: string): Promise<boolean> {
  const address = isIP(host)
    ? host
    : await lookup(host).then(
        (found) => found.address,
        () => "",
      );
  return address.startsWith("127.") || address === "::1";
}
