import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { install } from "../toolchain/install.ts";
import { accepts, engineAnswers } from "./answers.ts";
import { builderMachine } from "./builder.ts";
import { removeControlGroups } from "./cgroup.ts";
import { aptSources } from "./debian.ts";
import { hostKeyFile, identityFile } from "./create.ts";
import { enginePrograms } from "./engine.ts";
import { engineLog, engineScript, hostMachine, sshdScript } from "./host.ts";
import type { RegistryIdentity } from "./identity.ts";
import { labName, machineFolder, runFolder, type Lab } from "./lab.ts";
import {
  inside,
  lastLines,
  logFile,
  powerOff,
  powerOn,
  runningMachine,
  type MachineSpec,
} from "./machine.ts";
import { connect, disconnect } from "./network.ts";
import { registryMachine, registryPort } from "./registry.ts";
import { rootfs } from "./rootfs.ts";
import type { Progress } from "../lib/progress.ts";
import { reportTime, until } from "./wait.ts";
import { loopbackPorts, proxies } from "./way-out.ts";

/** The names of a lab's machines: "registry", "builder" and its hosts. */
export function machineNames(lab: Lab): string[] {
  return ["registry", "builder", ...lab.hosts.map((host) => host.name)];
}

/** Whether everything on a machine answers that should. */
export async function machineAnswers(lab: Lab, name: string): Promise<boolean> {
  if (!runningMachine(labName(lab), name)) return false;
  if (name === "registry") return accepts({ host: `${lab.subnet}.1`, port: registryPort });
  if (name === "builder") return accepts({ path: lab.builderSocket });
  return (await sshAnswers(lab, name)) && (await engineAnswers(labName(lab), name));
}

/** Makes a machine answer: switches it on when it is off, starts what is dead on it, does nothing when all is well. */
export async function startMachine(lab: Lab, name: string, progress: Progress): Promise<void> {
  const running = runningMachine(labName(lab), name);
  if (running) await plugIn(lab, name, running.pid);
  if (await machineAnswers(lab, name)) return;
  await reportTime(`${name}: ${running ? "mended" : "started"}`, progress, async () => {
    if (running) await revive(lab, name);
    else await switchOn(lab, name, progress);
    await awaitMachine(lab, name);
  });
}

/** Cuts the power of a machine; its disk stays. */
export async function stopMachine(lab: Lab, name: string): Promise<void> {
  await powerOff(labName(lab), name);
  const index = hostIndex(lab, name);
  if (index > 0) await disconnect(labName(lab), index);
  await removeControlGroups(labName(lab), name);
}

/** Ends the Docker engine of a running host in good order and starts it again. */
export async function restartEngine(lab: Lab, name: string): Promise<void> {
  const end = "pkill -x dockerd; while pgrep -x dockerd >/dev/null; do sleep 0.1; done";
  await inside(labName(lab), name, ["sh", "-c", `${end}; sh ${engineScript}`]);
  await awaitMachine(lab, name);
}

async function switchOn(lab: Lab, name: string, progress: Progress): Promise<void> {
  await stopMachine(lab, name); // what one that was killed has left, or what still ends
  await mkdir(join(machineFolder(lab, name), "data"), { recursive: true });
  await mkdir(runFolder(lab), { recursive: true, mode: 0o700 });
  const pid = await powerOn(await specification(lab, name, progress), await rootfs(progress));
  await plugIn(lab, name, pid);
}

async function revive(lab: Lab, name: string): Promise<void> {
  if (hostIndex(lab, name) === 0) return;
  if (!(await engineAnswers(labName(lab), name))) await inside(labName(lab), name, ["sh", engineScript]);
  if (!(await sshAnswers(lab, name))) await inside(labName(lab), name, ["sh", sshdScript]);
}

async function awaitMachine(lab: Lab, name: string): Promise<void> {
  const folder = machineFolder(lab, name);
  const log = hostIndex(lab, name) > 0 ? join(folder, "upper", engineLog) : logFile({ folder });
  await until(
    async () => {
      if (runningMachine(labName(lab), name)) return machineAnswers(lab, name);
      throw new Error(`${name}: ended at its start:\n${await lastLines(logFile({ folder }))}`);
    },
    60,
    () => `${name}: does not answer, see ${log}`,
  );
}

async function sshAnswers(lab: Lab, name: string): Promise<boolean> {
  return accepts({ host: `${lab.subnet}.${hostIndex(lab, name) + 1}`, port: 22 });
}

/** Gives a host its cable; the other machines share this machine's network. */
async function plugIn(lab: Lab, name: string, pid: number | undefined): Promise<void> {
  const index = hostIndex(lab, name);
  if (index > 0 && pid !== undefined) await connect(labName(lab), index, pid);
}

/** Number of a host, from 1; 0 for the registry and the builder. */
function hostIndex(lab: Lab, name: string): number {
  return lab.hosts.findIndex((host) => host.name === name) + 1;
}

/** How a machine of the lab is made. */
export async function specification(lab: Lab, name: string, progress: Progress): Promise<MachineSpec> {
  const folder = machineFolder(lab, name);
  const identity = JSON.parse(await readFile(identityFile(lab), "utf8")) as RegistryIdentity;
  const { registry, mirror } = lab;
  const { ca } = identity;
  if (name === "registry") return registryMachine(labName(lab), folder, `${lab.subnet}.1`, identity);
  if (name === "builder") {
    const { buildkitd } = await install(["buildkitd"], progress);
    const sources = await aptSources();
    const waysOut = await loopbackPorts([...proxies(process.env), ...sources.map(({ uri }) => uri)]);
    const options = { buildkitd, socketFolder: runFolder(lab), registry, ca, mirror, waysOut };
    return builderMachine(labName(lab), folder, options);
  }
  const host = lab.hosts.find((each) => each.name === name);
  if (!host) throw new Error(`lab: no machine ${name}; expected ${machineNames(lab).join(", ")}`);
  const hostKey = await readFile(hostKeyFile(lab, name), "utf8");
  const authorizedKey = await readFile(join(lab.dir, "ssh/id_ed25519.pub"), "utf8");
  const programs = host.engine === "29" ? await enginePrograms(progress) : undefined;
  const options = { name, ip: host.ip, hostKey, authorizedKey, registry, ca, programs };
  return hostMachine(labName(lab), folder, options);
}
