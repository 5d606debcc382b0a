import { Command } from "commander";
import { readRecipes } from "../../model/image/recipe.ts";
import { quote } from "../../lib/shell.ts";
import { targets } from "../../model/rollout/targets.ts";
import { type Patience, deploy } from "./pulumi-up.ts";
import { readState } from "../../stack/state.ts";
import { useProjectTools } from "../project/environment.ts";
import { withPatience } from "./lock-options.ts";
import { progress } from "../lib/progress.ts";
import { named, readSettings } from "../project/program-settings.ts";
import { findUnchanged } from "../../model/state/unchanged.ts";

/** `slipway up` */
export function upVerb(): Command {
  const verb = new Command("up")
    .description("pulumi up of all services or of the named ones, also after a killed one, one at a time")
    .argument("[service...]", "only these; the others' containers are left alone, running or waiting");
  return withPatience(verb).action(async (names: string[], patience: Patience) => {
    await useProjectTools();
    const args = (await targetsOf(names)).flatMap((pattern) => ["--target", pattern]);
    if (args.length) progress(`pulumi up ${args.map(quote).join(" ")}`);
    await deploy(args, patience);
  });
}

/** The resources of the named services; all, which is said by none, where none is named. */
async function targetsOf(names: readonly string[]): Promise<string[]> {
  if (!names.length) return [];
  const { settings, catalogue, pins } = await readSettings();
  const wanted = named(catalogue.services, names).map(({ name }) => name);
  const { resources = [] } = await readState();
  const unchanged = findUnchanged(resources, readRecipes(catalogue, settings));
  return targets(catalogue, wanted, { ...settings, unchanged, resources, pins });
}
