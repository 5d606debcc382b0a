import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { textDigest } from "../lib/digest.ts";
import { UserError } from "../lib/errors.ts";
import { replaceFile } from "../lib/files.ts";
import type { Engine } from "./engine.ts";

/** One host of a lab. */
export interface LabHost {
  name: string;
  /** ssh://user@address */
  address: string;
  ip: string;
  /** Its sshd's public key, "ssh-ed25519 AAAA…". */
  hostKey: string;
  /** Its Docker engine, which it keeps: another one would not see its containers. */
  engine: Engine;
}

/** A lab that is up, and how to reach it. */
export interface Lab {
  /** Its folder, which holds all it keeps. */
  dir: string;
  /** Six hexadecimal digits that follow from the folder's path; all that the lab makes carries them. */
  id: string;
  /** The first three numbers of its network. */
  subnet: string;
  /** address:port, TLS, with the authority's certificate in <dir>/ca. */
  registry: string;
  registryUser: string;
  registryPassword: string;
  /** The BuildKit daemon's socket. */
  builderSocket: string;
  hosts: LabHost[];
  /** Traefik as repository@sha256:… in the lab's registry. */
  edgeImage: string;
  /** Whether the registry's path `mirror` stands for docker.io, which could not be reached. */
  mirror: boolean;
}

/** The name that processes, network devices and control groups of a lab carry. */
export function labName(lab: { id: string }): string {
  return `slipway-${lab.id}`;
}

/** Folder for the lab's sockets: their paths must be short. */
export function runFolder(lab: { id: string }): string {
  return `/run/${labName(lab)}`;
}

/** The folder of one machine of a lab. */
export function machineFolder(lab: { dir: string }, name: string): string {
  return join(lab.dir, "machines", name);
}

/** A lab's folder as the kernel sees it, whether it is there yet or not, and the id that follows from it. */
export function identify(folder: string): { dir: string; id: string } {
  const parent = dirname(resolve(folder));
  const dir = join(existsSync(parent) ? realpathSync(parent) : parent, basename(folder));
  return { dir, id: textDigest(dir).slice(0, 6) };
}

/** What the lab's folder says of it; undefined when no lab was ever up there. */
export async function readLab(dir: string): Promise<Lab | undefined> {
  const file = join(dir, "lab.json");
  if (!existsSync(file)) return undefined;
  const lab = JSON.parse(await readFile(file, "utf8")) as Lab;
  // A lab from before there was a choice does not say which its hosts have.
  const hosts = lab.hosts.map((host) => ({
    ...host,
    engine: (host.engine as Engine | undefined) ?? "20.10",
  }));
  if (lab.dir === dir) return { ...lab, hosts };
  throw new UserError(`${dir}: is a copy of the lab at ${lab.dir}, got moved or copied; remove the folder`);
}

/** Keeps what is known of the lab, for the next `readLab`. */
export async function saveLab(lab: Lab): Promise<void> {
  await replaceFile(join(lab.dir, "lab.json"), `${JSON.stringify(lab, null, 2)}\n`);
}
