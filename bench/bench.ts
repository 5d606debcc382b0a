import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labEnvironment } from "../cli/project/environment.ts";
import { project } from "../runtime/packages.mjs";
import { inProject, kept, pathsOf } from "../lib/paths.ts";
import { progress } from "../cli/lib/progress.ts";
import * as lab from "../lab/index.ts";
import { inside } from "../lab/machine.ts";
import { labName } from "../lab/lab.ts";
import { OWN_PLATFORM } from "../tests/lab.ts";
import { binFolder } from "../toolchain/install.ts";
import { beyondPage, type Preview, PREVIEWED } from "./beyond.ts";
import { measureCommand } from "./command.ts";
import { readOptions } from "./options.ts";
import { page } from "./page.ts";
import { plot } from "./plot.ts";
import { lastPhases, type Profile, profilePage } from "./profile.ts";
import { profilePlot } from "./profile-plot.ts";
import { DEPLOY, MAX_STARTUPS, type Measured, rowsOf, type ToolName } from "./row.ts";
import { runOnce, type Told } from "./run-once.ts";
import { measureStaging } from "./staging.ts";
import { prepare } from "./tools.ts";

const options = readOptions();
const { engine, docs } = options;
const own = pathsOf(inProject(kept.bench()));
const docsFile = (name: string) => join(project, "docs", name);

const running = await lab.up(own.lab, { hosts: 1, engine }, progress);
try {
  const environment = await labEnvironment(own, running);
  const tools: readonly ToolName[] = options.profile ? ["slipway"] : options.only;
  for (const tool of tools) await binFolder(own.bin, DEPLOY[tool].programs, progress);
  for (const { name } of running.hosts) {
    const script = `echo MaxStartups ${MAX_STARTUPS} >>/etc/ssh/sshd_config && kill -HUP "$(cat /run/sshd.pid)"`;
    await inside(labName(running), name, ["sh", "-c", script]);
  }
  const run = async (tool: ToolName, services: number, told: Told) => {
    const folder = `${own.project}/${tool}`;
    const salt = `${tool} ${services} ${Date.now()}`;
    await runOnce(
      tool,
      { lab: running, environment, folder, services, platforms: [OWN_PLATFORM], salt },
      told,
    );
  };
  if (options.profile) await profile(run, options.profile);
  else if (options.beyond) await beyond(environment);
  else await compare(run);
} finally {
  await lab.down(own.lab, progress);
  rmSync(own.project, { recursive: true, force: true });
}

type Run = (tool: ToolName, services: number, told: Told) => Promise<void>;

/** All works of all tools, with each number of services, in turn. */
async function compare(run: Run): Promise<void> {
  const { services, runs, only } = options;
  const staging = measureStaging();
  const store = docsFile("bench.json");
  const measured: Measured[] = options.add && existsSync(store) ? readMeasured(store) : [];
  const runsOf = services.map((_, index) => runs[index] ?? runs.at(-1) ?? 1);
  for (let count = 1; count <= Math.max(...runsOf); count++)
    for (const size of services.filter((_, index) => count <= (runsOf[index] ?? 1)))
      for (const tool of only) {
        const done: Told["done"] = (work, cost) => {
          measured.push({ tool, work, services: size, engine, cost });
          progress(`${size} services, run ${count}: ${tool} ${work}: ${cost.seconds.toFixed(1)} s`);
        };
        await run(tool, size, { done, looks: false });
        // Now, and not at the end: what is measured shall not be lost with a run that is ended early.
        if (!docs) continue;
        writeFileSync(store, `${JSON.stringify({ measured }, null, 1)}\n`);
        writeFileSync(docsFile("bench.md"), page(rowsOf(measured), staging));
        writeFileSync(docsFile("bench.svg"), plot(rowsOf(measured)));
      }
  process.stdout.write(page(rowsOf(measured), staging));
}

function readMeasured(file: string): Measured[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { measured: Measured[] }).measured;
}

/** Previews of fleets too large for this machine. */
async function beyond(environment: Record<string, string>): Promise<void> {
  const previews: Preview[] = [];
  for (const services of PREVIEWED) {
    const folder = `${own.project}/beyond`;
    const setting = {
      lab: running,
      environment,
      folder,
      services,
      platforms: [OWN_PLATFORM],
      salt: "beyond",
    };
    const { fleet } = await prepare("slipway", setting);
    const env = { ...process.env, ...environment };
    const cost = await measureCommand("pulumi preview", fleet.folder, env, labName(running));
    previews.push({ services, ...cost, cpuSeconds: cost.cpu.command });
    progress(`${services} services: preview: ${cost.seconds.toFixed(1)} s`);
  }
  const store = docsFile("bench.json");
  const text = beyondPage(previews, existsSync(store) ? rowsOf(readMeasured(store)) : []);
  if (docs) writeFileSync(docsFile("beyond.md"), text);
  process.stdout.write(text);
}

/** Each work of Slipway's, once. */
async function profile(run: Run, services: number): Promise<void> {
  const profiles: Profile[] = [];
  const done: Told["done"] = (work, { seconds }, looks) => {
    profiles.push({ work, seconds, looks, phases: lastPhases(`${own.project}/slipway`) });
    progress(`${services} services: ${work}: ${seconds.toFixed(1)} s`);
  };
  await run("slipway", services, { done, looks: true });
  const text = profilePage(profiles, services);
  if (docs) {
    writeFileSync(docsFile("profile.md"), text);
    writeFileSync(docsFile("profile.svg"), profilePlot(profiles));
  }
  process.stdout.write(text);
}
