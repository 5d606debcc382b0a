import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import * as lab from "../../lab/index.ts";
import { commandLine } from "../../lib/shell.ts";
import { labelFilters } from "../../model/container/labels.ts";
import { confirm } from "../lib/confirm.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { devStack } from "./dev-stack.ts";
import { DEV_STACK, enter, toolEnvironment } from "./environment.ts";
import { onHost } from "../../host/run.ts";
import { paths, pathsOf } from "../../lib/paths.ts";
import { readSession } from "../../stack/session.ts";
import { endOrphanedPlugins } from "../../stack/plugins.ts";
import { progress } from "../lib/progress.ts";
import { livesInLab } from "./stack-file.ts";

/** `slipway stop`, which is `npm stop` */
export function stopVerb(): Command {
  return new Command("stop")
    .description("delete the dev stack with its state and volumes, and the lab with all it has made")
    .option("--yes", "skip the confirmation")
    .action(async ({ yes }: { yes?: boolean }) => {
      progress(
        "This deletes the dev stack: its containers, its volumes with their data, its state and history.",
      );
      // `npm stop --yes`: npm takes the flag for itself and hands it on like this.
      if (!yes && process.env.npm_config_yes !== "true") await confirm("npm stop -- --yes");
      // Without a lab the stack lives in an engine that stays: its containers must be removed from it.
      if (!livesInLab(paths.project)) await destroy();
      await lab.down(paths.lab, progress);
      endOrphanedPlugins({ PULUMI_HOME: paths.pulumiHome });
      removeOwn();
      progress("stopped: nothing is left but the cache of tools, for the next start");
    });
}

/** Removes what the project keeps, but for what tests and bench do beside it: they may be running. */
function removeOwn(): void {
  if (!existsSync(paths.own)) return;
  const entries = readdirSync(paths.own).map((name) => join(paths.own, name));
  const others = entries.filter((entry) => existsSync(pathsOf(entry).own));
  for (const entry of others.length ? entries : [paths.own])
    if (!others.includes(entry)) rmSync(entry, { recursive: true });
}

async function destroy(): Promise<void> {
  enter(await toolEnvironment(paths));
  const stack = await devStack();
  const { project, hosts } = await readDeployed(
    await readSession({ folder: paths.project, env: process.env }, DEV_STACK),
  );
  await stack.destroy({ onOutput: (text) => process.stderr.write(text) });
  // The program lets go of services' volumes and keeps their data.
  const filters = labelFilters({ project, stack: stack.name });
  const list = commandLine(["docker", "volume", "ls", "-q", ...filters]);
  for (const host of hosts) await onHost(host, `ids=$(${list}); [ -z "$ids" ] || docker volume rm $ids`);
}
