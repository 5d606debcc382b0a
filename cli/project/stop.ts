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
import { type Paths, kept, paths, pathsOf } from "../../lib/paths.ts";
import { stacksIn } from "../../stack/file-backend.ts";
import { projectName, readSession } from "../../stack/session.ts";
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
      const others = otherStacks(paths);
      if (others.length)
        progress(
          `Not the dev stack, and kept: the state of ${others.join(", ")}, in ${kept.state()}. What they run on the lab's ` +
            "hosts goes with the lab",
        );
      // `npm stop --yes`: npm takes the flag for itself and hands it on like this.
      if (!yes && process.env.npm_config_yes !== "true") await confirm("npm stop -- --yes");
      // Without a lab the stack lives in an engine that stays: its containers must be removed from it.
      if (!livesInLab(paths.project)) await destroy();
      await lab.down(paths.lab, progress);
      endOrphanedPlugins({ folder: paths.project, env: { PULUMI_HOME: paths.pulumiHome } });
      removeOwn(paths);
      const left = [
        "the cache of tools, for the next start",
        ...others.map((name) => `the state of ${name}`),
      ];
      progress(`stopped: nothing is left but ${left.join(", and ")}`);
    });
}

/** The stacks that somebody has made beside the dev stack, in the backend that is for that. */
function otherStacks({ project, state }: Paths): string[] {
  return stacksIn(state).filter((name) => name !== `${projectName(project)}/${DEV_STACK}`);
}

/**
 * Removes what the project keeps, but for what tests and bench do beside it, as they may be running, and for what there is
 * of other stacks: their state, and the metrics of those whose state is elsewhere. Exported for its test.
 */
export function removeOwn(own: Paths): void {
  if (!existsSync(own.own)) return;
  const others = otherStacks(own);
  const metrics = join(own.project, kept.metrics());
  const isKept = (entry: string) =>
    // The state has metrics of its own, in a folder of the same name as a test's project.
    entry === own.state ? others.length > 0 : existsSync(pathsOf(entry).own) || entry === metrics;
  const entries = readdirSync(own.own).map((name) => join(own.own, name));
  for (const entry of entries.filter((each) => !isKept(each))) rmSync(entry, { recursive: true });
  if (others.length) removeFromState(own);
  if (!readdirSync(own.own).length) rmSync(own.own, { recursive: true });
}

/** Removes the dev stack from a backend that has others too: its state, history, backups, locks and metrics. */
function removeFromState({ project, state }: Paths): void {
  const devs = new RegExp(`/${projectName(project)}/${DEV_STACK}(\\.jsonl?(\\.\\w+)*)?$`);
  for (const file of readdirSync(state, { recursive: true, encoding: "utf8" }))
    if (devs.test(`/${file}`)) rmSync(join(state, file), { recursive: true, force: true });
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
