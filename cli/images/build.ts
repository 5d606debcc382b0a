import { Command, InvalidArgumentError, Option } from "commander";
import { unusedCaches } from "../../model/image/caches.ts";
import { folderAdvice } from "../../model/catalogue/context-check.ts";
import { sourceFolders } from "../../model/image/recipe.ts";
import type { Session } from "../../stack/session.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { isDuration, toWholeSeconds } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { progress } from "../lib/progress.ts";
import { readSettings } from "../project/program-settings.ts";
import { Builds } from "./builds.ts";
import { checkAll } from "./check.ts";
import { namedRecipes } from "./named-recipes.ts";

interface Options extends StackOption {
  cache: boolean;
  push: boolean;
  platform?: string[];
  check: boolean;
  for?: number;
  json: boolean;
}

/** What a trial takes where nothing is said. */
const TRIAL_SEC = 10;

/** `slipway build` */
export function buildVerb(): Command {
  return new Command("build")
    .description("build images outside the stack, to try or to have them ready; pulumi up needs no such step")
    .argument("[service...]", "only these, and the bases they lack; all images of the stack otherwise")
    .addOption(stackOption())
    .option("--no-cache", "build without cache")
    .option("--no-push", "build into OCI layouts under .slipway/build, push nothing")
    .option("--platform <platform...>", "for these only; the result has a content hash of its own")
    .addOption(
      new Option(
        "--check",
        "build for the Docker engine of this shell, push nothing, run each service there as services.ts closes it, " +
          "and say what it needs besides; exit code 1 where one lacks something",
      )
        .default(false)
        .conflicts("platform"),
    )
    .addOption(
      new Option(
        "--for <duration>",
        `with --check: how long each run takes (default: "${TRIAL_SEC} seconds")`,
      ).argParser(seconds),
    )
    .option("--json", "with --check: print JSON", false)
    .action(async (names: string[], options: Options) => {
      const { check, cache, json, for: given } = options;
      if (!check && (json || given !== undefined)) throw new UserError("--for, --json: only with --check");
      const session = await openSession(options);
      if (check) await checkAll(session, names, { cache, seconds: given ?? TRIAL_SEC, json });
      else await buildAll(session, names, options);
    });
}

function seconds(text: string): number {
  if (isDuration(text) && toWholeSeconds(text) > 0) return toWholeSeconds(text);
  throw new InvalidArgumentError('expected at least a second, as in "30 seconds"');
}

async function buildAll(session: Session, names: readonly string[], options: Options): Promise<void> {
  const read = await readSettings(session);
  const platforms = options.platform?.flatMap((text) => text.split(",")).toSorted();
  const settings = { ...read.settings, ...(platforms && { platforms }), images: "build" as const };
  const recipes = namedRecipes(read.catalogue, settings, names);
  for (const line of unusedCaches(settings.caches, process.env)) progress(line);
  const builds = new Builds(settings, options);
  for (const recipe of recipes) {
    for (const advice of folderAdvice(recipe.name, sourceFolders(recipe), paths.project)) progress(advice);
    process.stdout.write(`${await builds.build(recipe)}\n`);
  }
}
