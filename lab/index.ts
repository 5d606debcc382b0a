import { rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../lib/errors.ts";
import { install } from "../toolchain/install.ts";
import { makeFolder } from "../lib/files.ts";
import { exclusive } from "../lib/exclusive.ts";
import { removeControlGroups } from "./cgroup.ts";
import { writeClients } from "./clients.ts";
import { endConnections } from "./connections.ts";
import { addHost, createLab } from "./create.ts";
import { enginePrograms, type Engine } from "./engine.ts";
import { emulate, endEmulation } from "./emulation.ts";
import { identify, labName, readLab, runFolder, type Lab } from "./lab.ts";
import { powerOff } from "./machine.ts";
import { machineAnswers, machineNames, startMachine } from "./machines.ts";
import { checkKernel, checkSystem } from "./needs.ts";
import { bridge, removeNetwork } from "./network.ts";
import { seed } from "./seeding.ts";
import { rootfs } from "./rootfs.ts";
import type { Progress } from "../lib/progress.ts";
import { reportTime } from "./wait.ts";

export { labEnv } from "./clients.ts";
export { engines, type Engine } from "./engine.ts";
export type { Lab, LabHost } from "./lab.ts";
export { restartEngine, startMachine, stopMachine } from "./machines.ts";

/** What `up` may be told. */
export interface UpOptions {
  /** How many hosts there are at least, 1 to 9; a lab that has more keeps them. */
  hosts: number;
  /** Which Docker engine the hosts get that are added now; those that the lab has keep theirs. @default "20.10" */
  engine?: Engine;
}

/**
 * Brings up the lab of that folder and gives how to reach it. What runs is left alone, what is dead is started
 * again with its data, so it can be called at any time and after any kill. Fails with a `UserError` where this
 * machine cannot run a lab.
 */
export async function up(folder: string, options: UpOptions, progress: Progress): Promise<Lab> {
  checkSystem();
  const { dir, id } = identify(folder);
  const umask = process.umask(0o022); // whatever the user's: these files are a machine's, what is secret says so
  try {
    return await exclusive(labName({ id }), progress, () => bringUp(dir, id, options, progress));
  } finally {
    process.umask(umask);
  }
}

async function bringUp(dir: string, id: string, options: UpOptions, progress: Progress): Promise<Lab> {
  const start = Date.now();
  makeFolder(dir);
  let lab = await readLab(dir);
  if (!lab) {
    await checkKernel(dir, progress);
    await removeTraces(id, progress); // of a lab whose folder somebody has removed while it ran
  }
  const tools = await install(["buildkitd", "docker-buildx", "traefik"], progress);
  await rootfs(progress);
  const { engine = "20.10" } = options;
  const adds = (lab?.hosts.length ?? 0) < options.hosts;
  // Where they cannot be had, there shall be no host that cannot do without.
  if (adds && engine === "29") await enginePrograms(progress);
  lab ??= await createLab(dir, id);
  await bridge(labName(lab), lab.subnet);
  while (lab.hosts.length < options.hosts) await addHost(lab, engine);
  await writeClients(lab, progress);
  await startMachine(lab, "registry", progress);
  await emulate(progress);
  await Promise.all(lab.hosts.map((host) => startMachine(lab, host.name, progress)));
  await seed(lab, tools, progress);
  await startMachine(lab, "builder", progress);
  progress(`lab: up in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return lab;
}

/**
 * Ends the lab of that folder and removes all it has made: processes, namespaces, mounts, network devices, control
 * groups, sockets, its folder. Does so from any state, also when the folder is gone already.
 */
export async function down(folder: string, progress: Progress): Promise<void> {
  const { dir, id } = identify(folder);
  if (process.getuid?.() !== 0) {
    if (!existsSync(dir)) return; // where no lab can be, there is none
    throw new UserError(`${dir}: a lab is taken down by root, got user ${process.getuid?.() ?? "unknown"}`);
  }
  await exclusive(labName({ id }), progress, () =>
    reportTime("lab: down", progress, async () => {
      const known = await readLab(dir).catch(() => undefined);
      endConnections(known?.hosts ?? []);
      await removeTraces(id, progress);
      await rm(dir, { recursive: true, force: true });
    }),
  );
}

/** Removes all that a lab has made outside its folder. */
async function removeTraces(id: string, progress: Progress): Promise<void> {
  const lab = labName({ id });
  await powerOff(lab);
  await removeNetwork(lab);
  await removeControlGroups(lab);
  await endEmulation(progress);
  await rm(runFolder({ id }), { recursive: true, force: true });
}

/** What there is of a lab. */
export interface LabStatus {
  /** The lab, when all of it is up. */
  lab?: Lab;
  /** Whether each machine answers, by name; none when the lab was never up. */
  machines: Record<string, boolean>;
}

/** What of the lab of that folder answers now. */
export async function status(folder: string): Promise<LabStatus> {
  const lab = await readLab(identify(folder).dir);
  if (!lab) return { machines: {} };
  const names = machineNames(lab);
  const answers = await Promise.all(names.map((name) => machineAnswers(lab, name)));
  const machines = Object.fromEntries(names.map((name, index) => [name, answers[index] === true]));
  const complete = answers.every(Boolean) && lab.edgeImage !== "" && existsSync(join(lab.dir, "buildx"));
  return complete ? { lab, machines } : { machines };
}
