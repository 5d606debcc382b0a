import { Command, InvalidArgumentError } from "commander";
import { catalogueSchema } from "../model/catalogue.ts";
import { type Duration, isDuration } from "../model/duration.ts";
import { UserError } from "../model/errors.ts";
import { quote } from "../model/shell.ts";
import { targets } from "../model/targets.ts";
import { deploy } from "./deploy.ts";
import { readState } from "./deployed.ts";
import { useProjectTools } from "./environment.ts";
import { paths } from "./paths.ts";
import { report } from "./report.ts";
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
      await deploy(args, patience);
    });
}

/** The resources of the named services; all, which is said by none, where none is named. */
async function targetsOf(names: readonly string[]): Promise<string[]> {
  if (!names.length) return [];
  const declared: unknown = await import(`${paths.project}/services.ts`);
  const { data, error } = catalogueSchema.safeParse({ ...Object(declared) });
  if (error) throw new UserError("services.ts: has mistakes, which `pulumi preview` tells");
  const known = data.services.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length) {
    throw new UserError(`unknown service, got ${unknown.join(", ")}; expected ${known.join(", ")}`);
  }
  const { resources = [] } = await readState();
  return targets(data, names, settledIn(resources, data.bases));
}

function duration(text: string): Duration {
  if (isDuration(text)) return text;
  throw new InvalidArgumentError('expected as in "30 seconds" or "10 minutes"');
}
