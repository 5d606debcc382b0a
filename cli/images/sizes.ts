import { Command } from "commander";
import { accountOf } from "../../settings/credentials.ts";
import type { Account } from "../../registry/account.ts";
import { imageSizes } from "../../registry/sizes.ts";
import { Repository } from "../../registry/client.ts";
import { digestOf, repositoryOf } from "../../model/image/reference.ts";
import { UserError } from "../../lib/errors.ts";
import { type PlatformSize, growth } from "../../model/image/size.ts";
import { pinOf } from "../../model/history/pins.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { isReplica } from "../../model/rollout/replica.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { named, readSettings } from "../project/program-settings.ts";

/** `slipway sizes` */
export function sizesVerb(): Command {
  return new Command("sizes")
    .description(
      "what images weigh in the registry, for each platform, and which layers grew since what is deployed",
    )
    .argument("[service...]", "only these; all images of the stack otherwise")
    .addOption(stackOption())
    .action(async (names: string[], options: StackOption) => {
      const session = await openSession(options);
      const { settings, catalogue, pins } = await readSettings(session);
      const account = await accountOf(settings.pull);
      const { containers } = await readDeployed(session);
      for (const { name, hash } of named(readRecipes(catalogue, settings), names)) {
        const repository = new Repository(`${settings.registry}/${name}`, account);
        const digest = pinOf(pins, name)?.digest ?? (await repository.digest(hash));
        if (!digest) throw new UserError(`services/${name}: not built yet: no ${repository.name}:${hash}`);
        const last = containers.find(
          ({ service, slot, leaving }) => service === name && isReplica(slot) && !leaving,
        )?.inputs.image;
        const before = last ? await deployedSizes(last, account) : [];
        for (const line of growth(name, before, await imageSizes(repository, digest)))
          process.stdout.write(`${line}\n`);
      }
    });
}

/** What an image weighs that is given by digest. */
function deployedSizes(image: string, account: Account | undefined): Promise<PlatformSize[]> {
  return imageSizes(new Repository(repositoryOf(image), account), digestOf(image) ?? "");
}
