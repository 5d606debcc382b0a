import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { testLab } from "../lab.ts";

/** The inputs of a connection to the lab's first host: an ssh server as Debian makes it, its key pinned. */
export interface Connection {
  [input: string]: string | number | Connection;
  host: string;
  user: string;
  privateKey: string;
  hostKey: string;
}

/** Brings the lab up if need be. */
export async function sshHost(): Promise<Connection> {
  const { lab } = await testLab();
  const [host] = lab.hosts;
  if (!host) throw new Error("the lab has no host");
  const privateKey = readFileSync(path.join(lab.dir, "ssh/id_ed25519"), "utf8");
  return { host: host.ip, user: "deploy", privateKey, hostKey: host.hostKey };
}

/** A public key that nobody has, as a line of known_hosts without the host. */
export function strangersKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const fields = [Buffer.from("ssh-ed25519"), raw].flatMap((field) => [
    Buffer.from([0, 0, 0, field.length]),
    field,
  ]);
  return `ssh-ed25519 ${Buffer.concat(fields).toString("base64")}`;
}
