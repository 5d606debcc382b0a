import { Command } from "commander";
import { readRecipes } from "../../model/image/recipe.ts";
import { quote } from "../../lib/shell.ts";
import { targets } from "../../model/rollout/targets.ts";
import { type LockOptions, deploy, previewDeploy } from "./pulumi-up.ts";
import type { Session } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { addLockOptions } from "./lock-options.ts";
import { findMending } from "./mends.ts";
import { progress } from "../lib/progress.ts";
import { named, readSettings } from "../project/program-settings.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { findUnchanged } from "../../model/state/unchanged.ts";

interface Options extends LockOptions, StackOption {
  dryRun?: boolean;
}

/** `slipway up` */
export function upVerb(): Command {
  const verb = new Command("up")
    .description(
      "pulumi up of all services or of the named ones, also after a killed one, one at a time; it mends what `slipway " +
        "status` finds: containers, routes, volumes, networks that somebody stopped, removed or changed by hand",
    )
    .argument("[service...]", "only these; the others' containers are left alone, running or waiting")
    .option("--dry-run", "show what would be mended and why, and pulumi's preview")
    .addOption(stackOption());
  return addLockOptions(verb).action(async (names: string[], options: Options) => {
    const session = await openSession(options);
    const args = (await targetsOf(session, names)).flatMap((pattern) => ["--target", pattern]);
    if (args.length) progress(`pulumi up ${args.map(quote).join(" ")}`);
    const mending = (deployed: Deployed) => findMending(session, deployed, names);
    if (options.dryRun) await previewDeploy(session, args, mending);
    else await deploy(session, args, options, { mending });
  });
}

/** The resources of the named services; all, which is said by none, where none is named. */
async function targetsOf(session: Session, names: readonly string[]): Promise<string[]> {
  if (!names.length) return [];
  const { settings, catalogue, pins } = await readSettings(session);
  const wanted = named(catalogue.services, names).map(({ name }) => name);
  const { resources = [] } = await readState(session);
  const unchanged = findUnchanged(resources, readRecipes(catalogue, settings));
  return targets(catalogue, wanted, { unchanged, pins });
}
