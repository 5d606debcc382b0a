import { Command, InvalidArgumentError } from "commander";
import { type Duration, isDuration } from "../model/duration.ts";
import { readRecipes } from "../model/recipe.ts";
import { quote } from "../model/shell.ts";
import { targets } from "../model/targets.ts";
import { reportCacheHits } from "./cache-hits.ts";
import { deploy } from "./deploy.ts";
import { readState } from "./deployed.ts";
import { useProjectTools } from "./environment.ts";
import { report } from "./report.ts";
import { named, readSettings } from "./settings.ts";
import { settledIn } from "./shared.ts";

/** `slipway up` */
export function upVerb(): Command {
  return new Command("up")
    .description("pulumi up of all services or of the named ones, also after a killed one, one at a time")
    .argument("[service...]", "only these; the others' containers are left alone, running or waiting")
    .option("--wait <duration>", "how long to wait for another update of the stack", duration, "10 minutes")
    .option("--take-over", "take the stack's lock from whoever has it; its process must be dead", false)
    .action(async (names: string[], patience: { wait: Duration; takeOver: boolean }) => {
      await useProjectTools();
      const args = (await targetsOf(names)).flatMap((pattern) => ["--target", pattern]);
      if (args.length) report(`pulumi up ${args.map(quote).join(" ")}`);
      const since = new Date();
      try {
        await deploy(args, patience);
      } finally {
        await reportCacheHits(since);
      }
    });
}

/** The resources of the named services; all, which is said by none, where none is named. */
async function targetsOf(names: readonly string[]): Promise<string[]> {
  if (!names.length) return [];
  const { settings, catalogue } = await readSettings();
  const wanted = named(catalogue.services, names).map(({ name }) => name);
  const { resources = [] } = await readState();
  return targets(catalogue, wanted, settings, settledIn(resources, readRecipes(catalogue, settings)));
}

function duration(text: string): Duration {
  if (isDuration(text)) return text;
  throw new InvalidArgumentError('expected as in "30 seconds" or "10 minutes"');
}
