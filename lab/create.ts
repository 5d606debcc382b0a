import { join } from "node:path";
import { replaceFile } from "../lib/files.ts";
import type { Engine } from "./engine.ts";
import { hostUser } from "./host.ts";
import { registryIdentity, sshKey } from "./identity.ts";
import { machineFolder, runFolder, saveLab, type Lab } from "./lab.ts";
import { freeSubnet } from "./network.ts";
import { registryPort } from "./registry.ts";
import { dockerHubAnswers } from "./seeds.ts";

const registryUser = "lab";

/** Decides a new lab's network, makes its keys, password and certificates, and writes them into its folder. */
export async function createLab(dir: string, id: string): Promise<Lab> {
  const subnet = await freeSubnet(id);
  const registry = `${subnet}.1:${registryPort}`;
  const identity = registryIdentity(`${subnet}.1`, registryUser);
  await replaceFile(join(dir, "ca/ca.pem"), identity.ca);
  await replaceFile(identityFile({ dir }), JSON.stringify(identity));
  const user = await sshKey(join(dir, "ssh/new"));
  await replaceFile(join(dir, "ssh/id_ed25519"), user.privateKey);
  await replaceFile(join(dir, "ssh/id_ed25519.pub"), `${user.publicKey}\n`);
  const lab: Lab = {
    dir,
    id,
    subnet,
    registry,
    registryUser,
    registryPassword: identity.password,
    builderSocket: join(runFolder({ id }), "buildkitd.sock"),
    hosts: [],
    edgeImage: "",
    mirror: !(await dockerHubAnswers()),
  };
  await saveLab(lab);
  return lab;
}

/** Adds a host with that engine to the lab's list, with a key of its own. */
export async function addHost(lab: Lab, engine: Engine): Promise<void> {
  const index = lab.hosts.length + 1;
  const name = `lab-${index}`;
  const ip = `${lab.subnet}.${index + 1}`;
  const folder = machineFolder(lab, name);
  const key = await sshKey(join(folder, "new"));
  await replaceFile(hostKeyFile(lab, name), key.privateKey);
  lab.hosts.push({ name, ip, address: `ssh://${hostUser}@${ip}`, hostKey: key.publicKey, engine });
  await saveLab(lab);
}

/** File of the registry's certificate, key and users. */
export function identityFile(lab: { dir: string }): string {
  return join(lab.dir, "identity.json");
}

/** File of a host's private key. */
export function hostKeyFile(lab: { dir: string }, name: string): string {
  return join(machineFolder(lab, name), "host-key");
}
