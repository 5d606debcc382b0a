import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { until } from "../../../lab/wait.ts";
import { install } from "../../../toolchain/install.ts";
import { selfSigned } from "../../certificate.ts";
import { Client } from "../client.ts";

/** An ACME server that takes every name to be at one address, and asks there on port 80. */
export interface Pebble {
  directory: string;
  /** PEM of the authority behind its own certificate. */
  ca: string;
  /** PEM of the authority behind the certificates that it gives out, made anew at each start. */
  root: string;
  stop: () => void;
}

/**
 * Starts Pebble, Let's Encrypt's own server for tests, and the DNS server it asks.
 * @param address of this machine, to listen on
 * @param target where every host name leads
 * @param folder for its files
 */
export async function startPebble(address: string, target: string, folder: string): Promise<Pebble> {
  const report = (line: string) => process.stderr.write(`      ${line}\n`);
  const tools = await install(["pebble", "pebble-challtestsrv"], report);
  const [port, management, dns, dnsManagement] = await Promise.all([1, 2, 3, 4].map(freePort));
  const { certificate, key } = selfSigned({ ips: [address] });
  mkdirSync(folder, { recursive: true });
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const config = {
    listenAddress: `${address}:${port}`,
    managementListenAddress: `${address}:${management}`,
    certificate: file("certificate.pem", certificate),
    privateKey: file("key.pem", key),
    httpPort: 80,
    tlsPort: 443,
    retryAfter: { authz: 1, order: 1 },
    keyAlgorithm: "ecdsa",
  };
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-defaultIPv6", ""];
  const children = [
    start(tools["pebble-challtestsrv"], [
      ...off,
      ...["-dnsserver", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${dnsManagement}`],
      ...["-defaultIPv4", target],
    ]),
    start(tools.pebble, [
      ...["-config", file("pebble.json", JSON.stringify({ pebble: config }))],
      ...["-dnsserver", `127.0.0.1:${dns}`],
    ]),
  ];
  const stop = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  const directory = `https://${address}:${port}/dir`;
  const client = new Client(address);
  // Who does not say what it is gets no answer.
  const ask = (url: string) => client.get(url, { ca: certificate, headers: { "User-Agent": "test" } });
  const answers = async () => (await ask(directory).catch(() => undefined))?.status === 200;
  await until(answers, 20, () => `Pebble does not answer at ${directory}`);
  const { body: root } = await ask(`https://${address}:${management}/roots/0`);
  return { directory, ca: certificate, root, stop };
}

/** It ends with this process, however that ends. */
function start(program: string, args: string[]): ChildProcess {
  return spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], {
    stdio: "ignore",
    env: { ...process.env, PEBBLE_VA_NOSLEEP: "1" },
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
      });
    });
  });
}
