import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../../settings/credentials.ts";
import { imageSizes } from "../../../registry/sizes.ts";
import { Repository } from "../../../registry/client.ts";
import { UserError } from "../../../lib/errors.ts";
import { overBudget } from "../../../model/image/size.ts";
import type { OwnImageArgs } from "../image.ts";

/**
 * The digest once the image is known not to be too big: what runs it waits for that, so one that is too big is never
 * rolled out. Not in a preview, which may know no digest yet. A registry that does not answer is no reason to stop:
 * what was pushed before may be deployed while it is down.
 */
export function withinBudget(
  name: string,
  { recipe, settings }: OwnImageArgs,
  repository: string,
  digest: pulumi.Output<string>,
): pulumi.Output<string> {
  if (pulumi.runtime.isDryRun()) return digest;
  const budget = recipe.entry.build?.sizeBudget ?? settings.sizeBudget;
  return digest.apply(async (known) => {
    if (!known) return known; // --target has left out one that is yet to be made
    try {
      const sizes = await imageSizes(new Repository(repository, await accountOf(settings.pull)), known);
      const problems = overBudget(name, sizes, budget);
      if (problems.length) throw new pulumi.RunError(problems.join("\n"));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      void pulumi.log.warn(`${name}: its size is not known: ${error.message}`);
    }
    return known;
  });
}
